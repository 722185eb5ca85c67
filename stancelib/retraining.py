"""A model from your own examples."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

from .accurate import AccurateModel, Head
from .compiled import CompiledModel
from .corpus import Corpus
from .errors import InputError
from .labeler import Labeler, load
from .records import SENTIMENTS, STANCES

__all__ = ["train"]

CALIBRATION_FOLDS = 4

HEAD_C = 0.1
"""Inverse strength of the regularisation of heads on the encoder's vectors; chosen by grouped
cross-validation on labels that the encoder was not trained for."""


def train(
    corpus: Corpus, *, base: str | Path = "fast", name: str = "trained", random_state: int = 0
) -> Labeler:
    """Train a model on labelled examples.

    Parameters
    ----------
    corpus : Corpus
        From `stancelib.read_corpus`; at least two stances, the library's or your own. Where no
        example has a sentiment, the bundled model's sentiments are taken for the truth (fast) or the
        base keeps its own (accurate).
    base : str or Path, default "fast"
        ``"fast"`` trains a fast model from scratch. ``"accurate"`` (needs the extra ``accurate``)
        fits new heads, and nothing else, on the encoder's vectors; so does a model folder with an
        encoder.
    name : str, default "trained"
        Named in every output line.
    random_state : int, default 0
        Seed of the folds that calibrate the probabilities.

    Returns
    -------
    Labeler
        Ready to use; keep it with `stancelib.save`. Known stances come first in its ``classes_``,
        in the library's order, your own after them, sorted.

    Raises
    ------
    InputError
        When there are fewer than two stances, some examples lack a sentiment that others have, or
        the base has no encoder.
    MissingExtraError
        When the base needs packages that are not installed.
    """
    fit = _compiled if base == "fast" else _with_new_heads
    return Labeler(fit(corpus, base, random_state), name)
