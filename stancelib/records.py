"""What the library talks about: articles, spans of their text, and labelled passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

__all__ = [
    "HOLDER_KINDS",
    "NO_STANCE",
    "SENTIMENTS",
    "STANCES",
    "Article",
    "Evidence",
    "LabeledPassage",
    "Span",
]

STANCES: tuple[str, ...] = ("supportive", "cautionary", "opposed", "neutral")
"""The stances a passage can take toward an initiative, in the order of every table."""

NO_STANCE = "neutral"
"""The stance of a passage that takes none; such a passage has no holder."""

SENTIMENTS: tuple[str, ...] = ("positive", "neutral", "negative")
"""The tones a passage's language can have, in the order of every table."""

HOLDER_KINDS: tuple[str, ...] = ("named", "group", "author")
"""Who can hold a stance: a named person, office, state or organisation; a group; the author."""

HolderKind = Literal["named", "group", "author"]


class Span(NamedTuple):
    """A stretch of text: characters ``start`` to ``end`` (exclusive) of the article.

    ``article[span.start:span.end] == span.text`` holds for every span the library returns.

    Examples
    --------
    >>> Span(0, 5, "Paris").text
    'Paris'
    """

    start: int
    end: int
    text: str


class Evidence(NamedTuple):
    """Words that moved the stance of a passage.

    ``weight`` is what they add to the score of the passage's stance, less what they add to the
    scores of the others (each in proportion to its probability): positive for words that speak
    for the stance, negative for words that speak against it. Offsets are in characters of the
    article (of the text itself in `Labeler.label_passages`), end exclusive.
    """

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Article:
    """An article and what is known about it.

    Parameters
    ----------
    text : str
        The untouched text; every offset points into it.
    title, date, source, id : str, optional
        Carried through to the output, never used for labelling.
    """

    text: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class LabeledPassage:
    """A passage with its stance, sentiment, probabilities, holder, initiative and evidence.

    Offsets are in characters of the article (of the text itself in `Labeler.label_passages`), end
    exclusive; probabilities are 0 to 1 and sum to 1.
    ``initiative_name`` is the name under which a given register knows the initiative.
    ``abstained`` is set, with a ``reason``, when the label should not be relied on; the label is
    then still there to look at.
    """

    start: int
    end: int
    text: str
    stance: str
    probability: float
    probabilities: Mapping[str, float]
    sentiment: str
    sentiment_probabilities: Mapping[str, float]
    holder: Span | None = None
    holder_kind: HolderKind | None = None
    initiative: Span | None = None
    evidence: tuple[Evidence, ...] = field(default=())
    abstained: bool = False
    reason: str | None = None
    initiative_name: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, ready for ``json.dumps``.

        Returns
        -------
        dict
            Every field by its name; spans and evidence as dicts.
        """
        row = {name: getattr(self, name) for name in self.__slots__}
        row["probabilities"] = dict(self.probabilities)
        row["sentiment_probabilities"] = dict(self.sentiment_probabilities)
        row["holder"] = self.holder._asdict() if self.holder else None
        row["initiative"] = self.initiative._asdict() if self.initiative else None
        row["evidence"] = [part._asdict() for part in self.evidence]
        return row
