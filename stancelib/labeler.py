"""From an article to labelled passages: the one object that users hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from . import accurate, compiled
from .accurate import AccurateModel
from .errors import InputError, ModelFolderError, TextTypeError
from .fast import FastModel
from .model_folder import CARD, ModelFolder, read_model_folder, write_model_folder
from .passages import split_passages
from .records import Article, Evidence, LabeledPassage, Span
from .register import Register
from .resolution import resolve
from .scores import Finding, Scores
from .tokens import check_texts

__all__ = ["Labeler", "load", "save"]

BUNDLED = ("fast", "accurate")
"""Models that come with the package."""

LEAST_TOKENS = 4
"""Shorter passages (headings, captions) say too little for a stance."""

FOREIGN_WORDS, FOREIGN_SHARE = 2, 0.06
"""A passage is not English when foreign words outnumber English ones by two, and by a share of its tokens."""


class Model(Protocol):
    """What a labeler needs of a model."""

    @property
    def stances(self) -> tuple[str, ...]: ...
    @property
    def sentiments(self) -> tuple[str, ...]: ...
    def scores(self, texts: Sequence[str]) -> Scores: ...
    def explain(self, texts: Sequence[str], *, holders: bool) -> tuple[Scores, list[Finding]]: ...
    def to_folder(self, settings: dict[str, Any], files: dict[str, bytes]) -> ModelFolder: ...


class Labeler:
    """Labels articles and passages with one model.

    Usually made by `stancelib.load` or `stancelib.train`.

    Parameters
    ----------
    model : Model
        Scores passages.
    name : str
        Named in every output line.
    digest : str
        Digest of the model folder; empty for a model that was never saved.
    card : str
        Text of the model card, in Markdown; empty where there is none.

    Examples
    --------
    >>> import stancelib
    >>> labeler = stancelib.load()
    >>> passage = labeler.label("Norway rejects the naval mission as a dangerous provocation.")[0]
    >>> passage.stance
    'opposed'
    """

    def __init__(self, model: Model, name: str, digest: str = "", card: str = "") -> None:
        self.model = model
        self.name = name
        self.digest = digest
        self.card = card

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The stances, in the order of the columns of `predict_proba`."""
        return np.array(self.model.stances)

    @property
    def sentiment_classes_(self) -> NDArray[np.str_]:
        """The sentiments, in the order of the columns of `predict_sentiment_proba`."""
        return np.array(self.model.sentiments)

    def label(
        self,
        article: str | Article,
        *,
        unit: str = "paragraph",
        min_probability: float = 0.0,
        holders: bool = True,
        register: Register | None = None,
    ) -> list[LabeledPassage]:
        """Cut an article into passages and label each.

        Parameters
        ----------
        article : str or Article
            Untouched text; every offset points into it.
        unit : {"sentence", "paragraph", "window"}, default "paragraph"
            What the article is cut into, as in `split_passages`.
        min_probability : float, default 0
            Passages whose stance is less probable are marked ``abstained``.
        holders : bool, default True
            Whether to find who takes each stance, and toward which initiative. A pronoun, a
            surname or a title is followed to the fullest name in the article. Without it
            ``holder``, ``holder_kind`` and ``initiative`` stay None, and labelling takes less time.
        register : Register, optional
            Known initiatives, from `read_register`; gives the passages their ``initiative_name``.
            Needs ``holders``.

        Returns
        -------
        list of LabeledPassage
            In reading order; empty for an empty article.

        Raises
        ------
        TextTypeError
            When ``article`` is neither text nor an Article of text.
        InputError
            When ``unit`` or ``min_probability`` cannot be used, or a register is given without ``holders``.
        """
        text = article.text if isinstance(article, Article) else article
        if not isinstance(text, str):
            raise TextTypeError(
                f"an article is a str or an Article of a str, got {type(text).__name__}: {text!r:.60}; "
                f"for passages that are already cut use label_passages"
            )
        passages = self._labeled(split_passages(text, unit), min_probability, holders)
        if holders:
            passages = resolve(text, passages)
        return _registered(passages, register, holders)

    def label_passages(
        self,
        texts: Sequence[str],
        *,
        min_probability: float = 0.0,
        holders: bool = True,
        register: Register | None = None,
    ) -> list[LabeledPassage]:
        """Label passages that are already cut.

        Parameters
        ----------
        texts : sequence of str
            One passage each; offsets count from the start of each.
        min_probability : float, default 0
            Passages whose stance is less probable are marked ``abstained``.
        holders : bool, default True
            Whether to find who takes each stance, and toward which initiative. Each text stands for
            itself: nothing is followed beyond it. Without it
            ``holder``, ``holder_kind`` and ``initiative`` stay None, and labelling takes less time.
        register : Register, optional
            Known initiatives, from `read_register`; gives the passages their ``initiative_name``.
            Needs ``holders``.

        Returns
        -------
        list of LabeledPassage
            One per text, in the same order.

        Raises
        ------
        TextTypeError
            When a lone string is given, or something in the sequence is no string.
        """
        spans = [Span(0, len(text), text) for text in check_texts(texts)]
        return _registered(self._labeled(spans, min_probability, holders), register, holders)

    def without(self, passage: LabeledPassage, evidence: Evidence) -> LabeledPassage:
        """The passage as it would be labelled without the words of one of its evidence: a counterfactual.

        Parameters
        ----------
        passage : LabeledPassage
            From `label` or `label_passages`.
        evidence : Evidence
            One of ``passage.evidence``.

        Returns
        -------
        LabeledPassage
            Of the shortened text, whose offsets count from its own start; without holder and initiative.

        Raises
        ------
        InputError
            When the evidence is not of this passage.

        Examples
        --------
        >>> labeler = load()
        >>> passage = labeler.label_passages(["Hungary rejects the force."])[0]
        >>> labeler.without(passage, passage.evidence[0]).text
        'Hungary  the force.'
        """
        if evidence not in passage.evidence:
            raise InputError(f"{evidence!r} is no evidence of the passage {passage.text!r:.60}")
        start, end = evidence.start - passage.start, evidence.end - passage.start
        return self.label_passages([passage.text[:start] + passage.text[end:]], holders=False)[0]

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """The most probable stance of each passage.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray of str, shape (n_texts,)
        """
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of the stances.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray of float64, shape (n_texts, n_stances)
            0 to 1, rows sum to 1, columns as ``classes_``.
        """
        return self.model.scores(texts).stances

    def predict_sentiment_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of the sentiments.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray of float64, shape (n_texts, n_sentiments)
            0 to 1, rows sum to 1, columns as ``sentiment_classes_``.
        """
        return self.model.scores(texts).sentiments

    def _labeled(self, spans: list[Span], min_probability: float, holders: bool) -> list[LabeledPassage]:
        if not 0.0 <= min_probability <= 1.0:
            raise InputError(f"min_probability must be between 0 and 1, got {min_probability!r}")
        scores, findings = self.model.explain([span.text for span in spans], holders=holders)
        stances, sentiments = self.model.stances, self.model.sentiments
        labeled = []
        for span, stance_row, sentiment_row, finding, english, length in zip(
            spans,
            scores.stances.tolist(),
            scores.sentiments.tolist(),
            findings,
            scores.english.tolist(),
            scores.lengths.tolist(),
            strict=True,
        ):
            probability = max(stance_row)
            reason = _reason(length, english, probability, min_probability)
            start = span.start
            labeled.append(
                LabeledPassage(
                    start=start,
                    end=span.end,
                    text=span.text,
                    stance=stances[stance_row.index(probability)],
                    probability=probability,
                    probabilities=dict(zip(stances, stance_row, strict=True)),
                    sentiment=sentiments[sentiment_row.index(max(sentiment_row))],
                    sentiment_probabilities=dict(zip(sentiments, sentiment_row, strict=True)),
                    holder=_moved(finding.holder, start),
                    holder_kind=finding.holder_kind,
                    initiative=_moved(finding.initiative, start),
                    evidence=tuple([Evidence(start + a, start + b, words, w) for a, b, words, w in finding.evidence]),
                    abstained=reason is not None,
                    reason=reason,
                )
            )
        return labeled


def _registered(passages: list[LabeledPassage], register: Register | None, holders: bool) -> list[LabeledPassage]:
    if register is None:
        return passages
    if not holders:
        raise InputError("a register names the initiatives that are found: leave out holders=False")
    return register.name(passages)


def _moved(span: Span | None, start: int) -> Span | None:
    return span and Span(start + span.start, start + span.end, span.text)


def _reason(length: int, english: float, probability: float, least: float) -> str | None:
    """Why a label should not be relied on, or None."""
    if -english >= max(FOREIGN_WORDS, FOREIGN_SHARE * length):
        return f"other language: {-english:.0f} more foreign words than English ones"
    if length < LEAST_TOKENS:
        return f"too short: {length} words and marks, at least {LEAST_TOKENS} are needed"
    if probability < least:
        return f"probability {probability:.2f} is below the asked {least:.2f}"
    return None


def load(model: str | Path = "fast") -> Labeler:
    """Load a model, verified before a byte of it is used.

    Parameters
    ----------
    model : str or Path, default "fast"
        ``"fast"`` or ``"accurate"`` (needs the extra ``accurate``) for the models that come with the
        package, or a model folder of your own.

    Returns
    -------
    Labeler

    Raises
    ------
    FileNotFoundError
        When there is no such model or folder.
    ModelFolderError
        When the folder is incomplete, altered, or from a newer stancelib.
    MissingExtraError
        When the accurate model is asked for and its packages are not installed.
    """
    if not isinstance(model, str | Path):
        raise InputError(f"a model is named by a str or a Path, got {type(model).__name__}: {model!r:.60}")
    if model in BUNDLED:
        return _load_bundled(str(model))
    content = read_model_folder(model)
    return _labeler(content, Path(model).resolve().name)


@cache
def _load_bundled(name: str) -> Labeler:
    return _labeler(read_model_folder(Path(str(files("stancelib"))) / "models" / name), name)


def _labeler(content: ModelFolder, name: str) -> Labeler:
    return Labeler(_build(content), name, content.digest, content.files.get(CARD, b"").decode("utf-8"))


def _build(content: ModelFolder) -> Model:
    if content.kind == compiled.KIND:
        return FastModel.from_folder(content)
    if content.kind == accurate.KIND:
        return AccurateModel.from_folder(content)
    raise ModelFolderError(f"{content.path} is of kind {content.kind!r}, which this stancelib does not know")


def save(labeler: Labeler, folder: str | Path, *, card: str | None = None) -> str:
    """Save a labeler as a model folder; the same labeler gives the same bytes.

    Parameters
    ----------
    labeler : Labeler
    folder : str or Path
        A new or empty folder, or one that holds a model, which is then replaced.
    card : str, optional
        Text of the model card, in Markdown. Default: the card that the labeler was loaded with, or
        else one that says only what is known.

    Returns
    -------
    str
        Digest of the saved model.
    """
    from .model_card import minimal_card

    text = card or labeler.card or minimal_card(labeler.name, labeler.model.stances, labeler.model.sentiments)
    content = labeler.model.to_folder({}, {CARD: text.encode("utf-8")})
    return write_model_folder(folder, content)
