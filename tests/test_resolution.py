"""From pronouns, surnames, titles and capitals to the fullest name in the article."""

from __future__ import annotations

import pytest

from stancelib.records import LabeledPassage, Span
from stancelib.resolution import resolve

VOGT = "Defence Minister Ilse Vogt said the mission was vital."


def passage(text: str, paragraph: str, holder: str | None, initiative: str | None, stance: str) -> LabeledPassage:
    """A paragraph with the first place of the words in it."""
    start = text.index(paragraph)

    def span(words: str | None) -> Span | None:
        place = text.index(words, start) if words else -1
        return Span(place, place + len(words), words) if words else None

    return LabeledPassage(
        start,
        start + len(paragraph),
        paragraph,
        stance,
        0.9,
        {},
        "neutral",
        {},
        span(holder),
        "named",
        span(initiative),
    )


def resolved(paragraphs: list[str], holder: str, stance: str = "supportive") -> str:
    """The fullest name for the holder of the last paragraph."""
    text = "\n\n".join(paragraphs)
    parts = [passage(text, part, None, None, "neutral") for part in paragraphs[:-1]]
    found = resolve(text, [*parts, passage(text, paragraphs[-1], holder, None, stance)])[-1].holder
    assert found is not None
    assert text[found.start : found.end] == found.text
    return found.text


@pytest.mark.parametrize(
    ("before", "last", "holder", "fullest"),
    [
        ([VOGT], "Vogt wants two more ships.", "Vogt", "Defence Minister Ilse Vogt"),
        ([VOGT], "Ms. Vogt wants two more ships.", "Ms. Vogt", "Defence Minister Ilse Vogt"),
        ([VOGT], "She wants two more ships.", "She", "Defence Minister Ilse Vogt"),
        ([VOGT], "The minister wants two more ships.", "The minister", "Defence Minister Ilse Vogt"),
        ([VOGT], "The defence minister wants more ships.", "The defence minister", "Defence Minister Ilse Vogt"),
        ([VOGT], "The foreign minister wants fewer ships.", "The foreign minister", "The foreign minister"),
        ([VOGT], "A minister of another state wants none.", "A minister", "A minister"),
        ([VOGT, "Mr Olaf Brandt told the house he agreed."], "He wants more ships.", "He", "Mr Olaf Brandt"),
        ([VOGT, "Mr Olaf Brandt told the house so."], "She wants ships.", "She", "Defence Minister Ilse Vogt"),
        (["Ilse Vogt, the German envoy, spoke."], "The envoy praised it.", "The envoy", "Ilse Vogt"),
        (["The German envoy, Ilse Vogt, spoke."], "The German envoy praised it.", "The German envoy", "Ilse Vogt"),
        (["The German envoy, Ilse Vogt, spoke."], "The Polish envoy did not.", "The Polish envoy", "The Polish envoy"),
        (["The Polish defence minister spoke first."], "The minister praised it.", "The minister",
         "The Polish defence minister"),
        (["Poland signed on Monday."], "Warsaw will send a ship.", "Warsaw", "Poland"),
        (["Nobody signed on Monday."], "Warsaw will send a ship.", "Warsaw", "Warsaw"),
        (["The European Union and Sky Shield said nothing."], "She wants it.", "She", "She"),
        ([VOGT], "Critics want it ended.", "Critics", "Critics"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_holder_is_followed_to_the_fullest_name(before: list[str], last: str, holder: str, fullest: str) -> None:
    assert resolved([*before, last], holder) == fullest


def test_a_surname_before_the_full_name_is_followed_forward() -> None:
    text = "Vogt: mission is vital\n\nDefence Minister Ilse Vogt said so on Monday."
    headline = passage(text, "Vogt: mission is vital", "Vogt", None, "supportive")
    holder = resolve(text, [headline])[0].holder
    assert holder is not None
    assert (holder.text, holder.start) == ("Defence Minister Ilse Vogt", text.index("Defence"))


def test_they_are_the_group_that_held_a_stance_before() -> None:
    text = "Critics reject it.\n\nThey want the mission ended."
    first = passage(text, "Critics reject it.", "Critics", None, "opposed")
    second = passage(text, "They want the mission ended.", "They", None, "opposed")
    group = LabeledPassage(**{**{n: getattr(first, n) for n in first.__slots__}, "holder_kind": "group"})
    holder = resolve(text, [group, second])[1].holder
    assert holder is not None
    assert holder.text == "Critics"


def test_a_stance_without_an_initiative_is_about_the_one_named_most() -> None:
    paragraphs = ["The Gulf escort mission sails.", "The mission is big.", "The fuel pact is small.", "A bad idea."]
    text = "\n\n".join(paragraphs)
    named = ["The Gulf escort mission", "The mission", "The fuel pact", None]
    stances = ["neutral", "neutral", "neutral", "opposed"]
    parts = [passage(text, p, None, words, s) for p, words, s in zip(paragraphs, named, stances, strict=True)]
    initiative = resolve(text, parts)[-1].initiative
    assert initiative is not None
    assert (initiative.text, initiative.start) == ("The Gulf escort mission", 0)


def test_a_neutral_passage_without_an_initiative_stays_without() -> None:
    text = "The Gulf escort mission sails.\n\nIt rained."
    parts = [passage(text, "The Gulf escort mission sails.", None, "The Gulf escort mission", "neutral")]
    assert resolve(text, [*parts, passage(text, "It rained.", None, None, "neutral")])[1].initiative is None


def test_an_article_without_passages_is_fine() -> None:
    assert resolve("", []) == []
