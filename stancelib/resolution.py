"""From "he", "the minister" or "Warsaw" to the fullest name in the article that it stands for.

Works on the spans that either model found, with rules a person can follow: a surname goes to the
full name that ends in it, a title to the person introduced with that title, a pronoun to the person
named last before it, a capital to its state; a passage without an initiative of its own is about the
one that the article names most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .gazetteer import INITIATIVES, OFFICES, ORGANISATIONS, TITLES, states_named
from .records import NO_STANCE, LabeledPassage, Span

__all__ = ["resolve", "whole_name"]

_HE, _SHE = frozenset("he him his himself".split()), frozenset("she her hers herself".split())
_MEN = frozenset("mr sir lord king prince father bishop archbishop imam sheikh pope spokesman chairman".split())
_WOMEN = frozenset("mrs ms miss lady baroness queen princess sister spokeswoman chairwoman".split())
_ONE_THING = frozenset("it its itself this that".split())
_SEVERAL = frozenset("they them their theirs themselves".split())
_OFFICES = TITLES | OFFICES
_PARTICLES = "de|da|do|dos|del|della|van|von|der|den|al|el|bin|ibn|ben|ul|la|le"
_CAPITALS = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶŁĻŃŅŇŌŐŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ"
_WORD = rf"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Adm|Sgt|Sen|Rep)\.|[{_CAPITALS}][\w’'-]*\w|[{_CAPITALS}]\."
_NAME = re.compile(rf"(?:{_WORD})(?:[ \u00a0](?:(?:{_PARTICLES})[ \u00a0])*(?:{_WORD}))+")
_AFTER = re.compile(r",[ \u00a0](?:an?|the|its|his|her|their|[\w-]+[’']s)?[ \u00a0]?([^,.;:!?\n]{3,70})")
_SAYING = re.compile(r"[ \u00a0](?:said|says|told|added|argued|warned|wrote|insisted|asked|replied|noted)\b")
_SAID = re.compile(r"\b(?:said|says|added|argued|warned|wrote|insisted|asked|replied|noted|to)[ \u00a0]$")
_STOP = re.compile(r"[.;:!?\n]")
_WORDS = re.compile(r"[\w-]+(?:[’'](?!s\b)\w+)*")
_ARTICLES = frozenset("the a an this that these those its his her their our such said".split())
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\Z")
_QUOTES = (("“", "”"), ("‘", "’"), ('"', '"'))
_INDEFINITE = frozenset("a an such one another".split())


@dataclass(frozen=True)
class _Person:
    """A person's name: where, with how many given names, by what words introduced, of which sex if that is said."""

    start: int
    end: int
    surname: str
    given: int
    roles: frozenset[str]
    feminine: bool | None


def resolve(article: str, passages: Sequence[LabeledPassage]) -> list[LabeledPassage]:
    """The passages with holders and initiatives that point to the fullest name in the article.

    Parameters
    ----------
    article : str
        The untouched text that the passages are from.
    passages : sequence of LabeledPassage
        In reading order, with the holders and initiatives found in each.

    Returns
    -------
    list of LabeledPassage
        The same passages. A holder for which no fuller name is found stays as it is. Where a
        passage that takes a stance names no initiative, it gets the one the article names most.

    Examples
    --------
    >>> import stancelib
    >>> text = "Foreign Minister Ana Kovar spoke on Friday.\\n\\nThe pact is vital, she said."
    >>> stancelib.load().label(text)[-1].holder.text
    'Foreign Minister Ana Kovar'
    """
    names = _Names(article, [passage.holder for passage in passages if passage.holder])
    main = _main_initiative([passage.initiative for passage in passages if passage.initiative])
    resolved: list[LabeledPassage] = []
    for passage in passages:
        holder = passage.holder and _fullest(passage.holder, names, resolved)
        initiative = passage.initiative
        if passage.stance != NO_STANCE and (initiative is None or _core(initiative.text) in (_ONE_THING | _SEVERAL)):
            initiative = main or initiative
        if holder is not passage.holder or initiative is not passage.initiative:
            passage = replace(passage, holder=holder, initiative=initiative)
        resolved.append(passage)
    return resolved


def whole_name(text: str, start: int, end: int) -> Span:
    """The span of a name with the quotation mark that closes it, and without the "'s" of a possessive.

    Parameters
    ----------
    text : str
    start, end : int
        Where a model found the name.

    Returns
    -------
    Span

    Examples
    --------
    >>> whole_name("a ‘coalition of the willing’ met", 0, 27).text
    'a ‘coalition of the willing’'
    >>> whole_name("the coalition’s role", 0, 15).text
    'the coalition'
    """
    if _POSSESSIVE.search(text, start, end):
        end -= 2
    for opening, closing in _QUOTES:
        if text.find(opening, start, end) > text.rfind(closing, start, end) or (
            opening == closing and text.count(opening, start, end) % 2
        ):
            found = re.compile(f"[.,]?{closing}").match(text, end)
            end = found.end() if found else end
    return Span(start, end, text[start:end])


class _Names:
    """The names of an article, looked for when they are first needed."""

    def __init__(self, article: str, holders: Sequence[Span]) -> None:
        self.article = article
        self.holders = holders

    @cached_property
    def people(self) -> list[_Person]:
        """People named in full, in reading order."""
        return list(_people(self.article, self.holders))

    @cached_property
    def places(self) -> list[tuple[int, _Person]]:
        """Where people are mentioned, by full name or surname, in reading order."""
        by_surname: dict[str, _Person] = {}
        for person in sorted(self.people, key=lambda person: -person.given):
            by_surname.setdefault(person.surname, person)
        if not by_surname:
            return []
        surnames = "|".join(sorted(map(re.escape, by_surname), key=len, reverse=True))
        return [(m.start(), by_surname[m[0]]) for m in re.finditer(rf"\b(?:{surnames})\b", self.article)]

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, self.article[start:end])


def _fullest(holder: Span, names: _Names, before: Sequence[LabeledPassage]) -> Span:
    """The fullest name that a holder's words stand for, or the words themselves."""
    words = _WORDS.findall(holder.text)
    lowered = [word.lower() for word in words]
    if not words:
        return holder
    if len(words) == 1 and (lowered[0] in _HE or lowered[0] in _SHE):
        return _of_pronoun(holder, lowered[0] in _SHE, names)
    if len(words) == 1 and lowered[0] in _SEVERAL | _ONE_THING:
        return _held_before(before, several=lowered[0] in _SEVERAL) or holder
    capitals = [word for word in words if word[0].isupper() and word.lower() not in _ARTICLES | _OFFICES]
    if not capitals or (lowered[0] in _ARTICLES and lowered[-1] in _OFFICES):
        return _of_title(holder, lowered, names)
    if len(capitals) == 1 and len(words) == 1 and states_named(words[0]):
        return _of_capital(holder, words[0], names)
    if len(capitals) == 1 and all(word in _OFFICES for word in lowered if word != capitals[0].lower()):
        return _of_surname(holder, capitals[0], names)
    return holder


def _of_pronoun(holder: Span, feminine: bool, names: _Names) -> Span:
    """The person mentioned last before a pronoun who can be meant by it."""
    for place, person in reversed(names.places):
        if place < holder.start and person.feminine in (feminine, None):
            return names.span(person.start, person.end)
    return holder


def _of_surname(holder: Span, surname: str, names: _Names) -> Span:
    fitting = [person for person in names.people if person.surname == surname]
    fullest = max(fitting, key=lambda person: person.given, default=None)
    return names.span(fullest.start, fullest.end) if fullest else holder


def _of_title(holder: Span, words: list[str], names: _Names) -> Span:
    """The person introduced with a title, else its fullest form before."""
    wanted = {word for word in words if word not in _ARTICLES}
    if not wanted & _OFFICES or words[0] in _INDEFINITE:
        return holder
    fitting = [person for person in names.people if _fits(wanted, person.roles)]
    before = [person for person in fitting if person.start < holder.start]
    if fitting:
        person = max(before, key=lambda person: (len(wanted & person.roles), person.start)) if before else fitting[0]
        return names.span(person.start, person.end)
    return _longer_title(holder, words[-1], wanted, names) or holder


def _longer_title(holder: Span, head: str, wanted: set[str], names: _Names) -> Span | None:
    """``the Polish defence minister`` before ``the minister``, where nobody is named."""
    pattern = rf"\b(?:[Tt]he|[Aa]n?|[A-Z][\w-]+[’']s) (?:[\w-]+ ){{0,4}}{re.escape(head)}\b"
    longest: Span | None = None
    for match in re.finditer(pattern, names.article[: holder.start]):
        words = {word.lower() for word in _WORDS.findall(match[0])}
        if wanted <= words and len(match[0]) > len((longest or holder).text):
            longest = names.span(*match.span())
    return longest


def _fits(title: set[str], roles: frozenset[str]) -> bool:
    """Whether a title can be that of a person so introduced: no other state's, no other portfolio."""
    asked, given = (
        {word: {state.name for state in states_named(word.capitalize())} for word in words} for words in (title, roles)
    )
    states = [set().union(*named.values()) for named in (asked, given)]
    same_state = not all(states) or bool(states[0] & states[1])
    return same_state and all(word in roles for word, named in asked.items() if not named)


def _of_capital(holder: Span, word: str, names: _Names) -> Span:
    """The state's name for its capital, the nearest before, else the first after."""
    fullest: Span | None = None
    for state in states_named(word):
        if state.name == word or state.capital != word:
            continue
        for match in re.finditer(rf"\b{re.escape(state.name)}\b", names.article):
            if match.start() < holder.start or fullest is None:
                fullest = names.span(*match.span())
    return fullest or holder


def _held_before(before: Sequence[LabeledPassage], *, several: bool) -> Span | None:
    """The last group (several) or named holder before, for "they" and "it"."""
    kind = "group" if several else "named"
    return next(
        (passage.holder for passage in reversed(before) if passage.holder_kind == kind and passage.holder), None
    )


def _people(article: str, holders: Sequence[Span]) -> Iterator[_Person]:
    """Names in full that a title, a verb of saying or a holder's span shows to be a person's."""
    matches = list(_NAME.finditer(article))
    held = {place for holder in holders for place in range(holder.start, holder.end)}
    for number, match in enumerate(matches):
        found = _name_in(match)
        if found is None:
            continue
        start, surname, given, titles = found
        following = matches[number + 1].start() if number + 1 < len(matches) else len(article)
        roles, introduced = _roles(article, match, titles)
        said = _SAYING.match(article, match.end()) or _SAID.search(article, max(0, match.start() - 12), match.start())
        if introduced or said or match.end() - 1 in held:
            yield _Person(start, match.end(), surname, given, roles, _feminine(article, match.end(), following, roles))


def _name_in(match: re.Match[str]) -> tuple[int, str, int, list[str]] | None:
    """Start, surname, number of given names and titles of a person in a run of capitals; None for other names."""
    words = [(m.start(), m[0]) for m in re.finditer(r"[^\s]+", match[0])]
    if words and words[0][1].lower() in _ARTICLES:
        words = words[1:]
    titles = [word.strip(".").lower() for _, word in words]
    last_title = max((place for place, word in enumerate(titles) if word in _OFFICES), default=-1)
    name = [word for _, word in words[last_title + 1 :]]
    plain = [word.strip(".").lower() for word in name]
    unfit = any(
        word in ORGANISATIONS | INITIATIVES or states_named(shown) for word, shown in zip(plain, name, strict=True)
    )
    if unfit or not name or (len(name) < 2 and last_title < 0) or name[-1].endswith(("'s", "’s")) or len(name) > 5:
        return None
    return match.start() + words[0][0], name[-1], len(name) - 1, titles[: last_title + 1]


def _roles(article: str, match: re.Match[str], titles: Sequence[str]) -> tuple[frozenset[str], bool]:
    """Words of the titles before and after a name, and whether there is a title among them."""
    roles = set(titles)
    before = _STOP.split(article[max(0, match.start() - 60) : match.start()])[-1]
    words = [word.lower() for word in _WORDS.findall(before)][-5:]
    if words and (words[-1] in _OFFICES or (before.rstrip().endswith(",") and set(words[-4:]) & _OFFICES)):
        roles.update(words)
    after = _AFTER.match(article, match.end())
    if after:
        words = [word.lower() for word in _WORDS.findall(after[0])]
        if set(words) & _OFFICES:
            roles.update(words)
    return frozenset(roles - _ARTICLES), bool(roles & _OFFICES)


def _feminine(article: str, start: int, end: int, roles: frozenset[str]) -> bool | None:
    """Whether a title, or the first pronoun before the next name, says that a person is a woman."""
    if roles & (_MEN | _WOMEN):
        return bool(roles & _WOMEN)
    for word in _WORDS.findall(article[start : min(end, start + 200)]):
        if word.lower() in _HE | _SHE:
            return word.lower() in _SHE
    return None


def _main_initiative(mentions: Sequence[Span]) -> Span | None:
    """The fullest of the mentions that most others may be short for; the first of equals."""
    named = [(mention, _content(mention.text)) for mention in mentions]
    named = [(mention, words) for mention, words in named if words]
    counts = [(sum(other <= words for _, other in named), len(words)) for _, words in named]
    return named[counts.index(max(counts))][0] if named else None


def _content(words: str) -> frozenset[str]:
    return frozenset(word for word in _core(words).split() if word not in _ONE_THING | _SEVERAL)


def _core(words: str) -> str:
    """Lower case, without articles."""
    return " ".join(word for word in map(str.lower, _WORDS.findall(words)) if word not in _ARTICLES - _ONE_THING)
