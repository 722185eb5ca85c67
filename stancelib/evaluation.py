"""How good labels and probabilities are, with intervals that say how sure one can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .corpus import Corpus
from .errors import InputError

__all__ = ["Evaluation", "LabelScores", "evaluate", "measure"]

BOOTSTRAP_ROUNDS = 1000
CALIBRATION_BINS = 10

Floats = NDArray[np.float64]


class _Labels(Protocol):
    @property
    def classes_(self) -> NDArray[np.str_]: ...
    @property
    def sentiment_classes_(self) -> NDArray[np.str_]: ...
    def predict_proba(self, texts: Sequence[str]) -> Floats: ...
    def predict_sentiment_proba(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True)
class LabelScores:
    """Scores of one kind of label.

    Shares and F1 scores are 0 to 1. Intervals are 95 % bootstrap intervals over groups.
    ``confusion[i][j]`` counts passages of class i that were labelled j. ``calibration_error`` is
    the expected calibration error over ten bins of equal width; ``surest_half`` is the accuracy on
    the half of the passages with the highest probability.
    """

    classes: tuple[str, ...]
    n: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    f1: dict[str, float]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float
    surest_half: float


@dataclass(frozen=True)
class Evaluation:
    """Scores of a labeler on a corpus; ``str()`` gives a table to read.

    ``sentiment`` is None when the corpus gives no sentiments.
    """

    stance: LabelScores
    sentiment: LabelScores | None

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for ``json.dumps``."""
        from dataclasses import asdict

        return asdict(self)

    def __str__(self) -> str:
        parts = [_table("stance", self.stance)]
        if self.sentiment:
            parts.append(_table("sentiment", self.sentiment))
        return "\n\n".join(parts)


def evaluate(labeler: _Labels, corpus: Corpus) -> Evaluation:
    """Compare a labeler's labels with those of a corpus.

    Parameters
    ----------
    labeler : Labeler
        What `stancelib.load` or `stancelib.train` returned.
    corpus : Corpus
        Passages that the labeler was not trained on.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        When the corpus is empty or has a stance that the labeler does not know.
    """
    stance = measure(corpus.stances, labeler.predict_proba(corpus.texts), labeler.classes_.tolist(), corpus.groups)
    toned = [i for i, sentiment in enumerate(corpus.sentiments) if sentiment is not None]
    if not toned:
        return Evaluation(stance, None)
    part = corpus.take(toned)
    sentiments = [str(example.sentiment) for example in part]
    proba = labeler.predict_sentiment_proba(part.texts)
    return Evaluation(stance, measure(sentiments, proba, labeler.sentiment_classes_.tolist(), part.groups))


def measure(
    truth: Sequence[str],
    probabilities: Floats,
    classes: Sequence[str],
    groups: Sequence[str] | None = None,
    random_state: int = 0,
) -> LabelScores:
    """Scores of probabilities against true labels.

    Parameters
    ----------
    truth : sequence of str
        True labels.
    probabilities : ndarray of shape (n_passages, n_classes)
        Columns as ``classes``.
    classes : sequence of str
    groups : sequence of str, optional
        Passages of one group are drawn together in the bootstrap. Default: each by itself.
    random_state : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    LabelScores

    Examples
    --------
    >>> scores = measure(["a", "b"], np.array([[0.9, 0.1], [0.2, 0.8]]), ["a", "b"])
    >>> scores.accuracy, scores.f1
    (1.0, {'a': 1.0, 'b': 1.0})
    """
    unknown = sorted(set(truth) - set(classes))
    if unknown or not len(truth):
        raise InputError(
            f"the corpus has labels that the model does not know: {', '.join(unknown)}; it knows {', '.join(classes)}"
            if unknown
            else "an evaluation needs at least one passage"
        )
    labels = np.array([list(classes).index(label) for label in truth])
    predicted = probabilities.argmax(axis=1)
    tables = _group_confusions(labels, predicted, groups, len(classes))
    draws = np.random.default_rng(random_state).integers(len(tables), size=(BOOTSTRAP_ROUNDS, len(tables)))
    drawn = np.array([tables[draw].sum(axis=0) for draw in draws])
    confusion = tables.sum(axis=0)
    f1 = _f1(confusion)
    sure = probabilities.max(axis=1)
    hit = predicted == labels
    surest = np.argsort(-sure, kind="stable")[: max(1, len(labels) // 2)]
    return LabelScores(
        classes=tuple(classes),
        n=len(labels),
        accuracy=float(hit.mean()),
        accuracy_interval=_interval(np.trace(drawn, axis1=1, axis2=2) / drawn.sum(axis=(1, 2))),
        macro_f1=float(f1.mean()),
        macro_f1_interval=_interval(_f1(drawn).mean(axis=1)),
        f1={name: float(value) for name, value in zip(classes, f1, strict=True)},
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        calibration_error=_calibration_error(sure, hit),
        surest_half=float(hit[surest].mean()),
    )


def _group_confusions(
    labels: NDArray[np.int_], predicted: NDArray[np.int_], groups: Sequence[str] | None, n: int
) -> NDArray[np.int_]:
    """One confusion matrix per group, of shape (n_groups, n, n)."""
    numbers = np.arange(len(labels)) if groups is None else np.unique(groups, return_inverse=True)[1]
    tables = np.zeros((int(numbers.max()) + 1, n, n), dtype=int)
    np.add.at(tables, (numbers, labels, predicted), 1)
    return tables


def _f1(confusion: NDArray[np.int_]) -> Floats:
    """F1 per class over the last two axes; a class that neither occurs nor is predicted counts 0."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return np.asarray(2.0 * hits / np.maximum(both, 1))


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _calibration_error(sure: Floats, hit: NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = [abs(float((hit[bins == b] - sure[bins == b]).sum())) for b in range(CALIBRATION_BINS)]
    return sum(gaps) / len(sure)


def _table(title: str, scores: LabelScores) -> str:
    def with_interval(value: float, interval: tuple[float, float]) -> str:
        return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"

    width = max(len(name) for name in scores.classes) + 2
    lines = [
        f"{title}: {scores.n} passages",
        f"  accuracy           {with_interval(scores.accuracy, scores.accuracy_interval)}",
        f"  macro-F1           {with_interval(scores.macro_f1, scores.macro_f1_interval)}",
        f"  calibration error  {scores.calibration_error:.3f}",
        f"  surest half        {scores.surest_half:.3f}",
        "  " + "".ljust(width) + "F1     " + "".join(f"→ {name}".rjust(width + 2) for name in scores.classes),
    ]
    for name, row in zip(scores.classes, scores.confusion, strict=True):
        counts = "".join(str(count).rjust(width + 2) for count in row)
        lines.append(f"  {name.ljust(width)}{scores.f1[name]:.3f}  {counts}")
    return "\n".join(lines)
