"""One token for all states, nationalities, capitals, blocs: features must not know who speaks.

A stance comes from the words, never from who says them.
"""

from __future__ import annotations

from collections.abc import Mapping

from .gazetteer import STATES

__all__ = ["BLOCS", "KINDS", "NAME_KINDS", "name_kind"]

BLOCS: tuple[str, ...] = tuple("NATO EU UN ASEAN ECOWAS CARICOM BRICS G7 G20 AUKUS CSTO OSCE IGAD OPEC SADC".split())
"""Alliances and unions that go by one word."""

KINDS = ("<state>", "<people>", "<capital>", "<bloc>")
"""The tokens that stand for a name; no token of a text has such a form."""

_MORE = {
    "<state>": "America Czechia Holland Netherlands Korea UK USA Congo Burma Macedonia Timor Palestine",
    "<people>": """Britons Briton Dutch Dane Danes Finn Finns Frenchman Frenchmen Pole Poles Spaniard Spaniards Swede
        Swedes Turk Turks Serb Serbs Croat Croats Slovene Slovenes Scottish Korean Palestinian Congolese Filipino
        Filipinos Icelander Icelanders Englishman Irishman Kosovan Argentinian Emirati Dominican Ivorian Belarussian""",
    "<capital>": "Kiev Kremlin Elysée Élysée Brasília Bogotá Yaoundé Dhabi",
    "<bloc>": "Benelux Mercosur",
}


def _kinds() -> dict[str, str]:
    """Kind of each single-word name, in lower case, with plural and possessive."""
    named = [(kind, name) for state in STATES for kind, name in zip(KINDS, state, strict=False)]
    named += [("<bloc>", name) for name in BLOCS]
    named += [(kind, name) for kind, names in _MORE.items() for name in names.split()]
    kinds: dict[str, str] = {}
    for kind, name in named:
        lowered = name.lower()
        if lowered.isalnum() or "'" in lowered:
            forms = [lowered, f"{lowered}'s", *([f"{lowered}s", f"{lowered}s'"] if kind == "<people>" else [])]
            kinds |= {form: kind for form in forms if form not in kinds}
    return kinds


NAME_KINDS: Mapping[str, str] = _kinds()
"""The token that stands for a name, by the name in lower case, also in plural and possessive."""


def name_kind(token: str) -> str | None:
    """The token that stands for a name, if the token is one.

    Parameters
    ----------
    token : str
        A token in lower case.

    Returns
    -------
    str or None

    Examples
    --------
    >>> name_kind("norway's"), name_kind("danes"), name_kind("pact")
    ('<state>', '<people>', None)
    """
    return NAME_KINDS.get(token)
