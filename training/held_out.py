"""The part of the corpus that the accurate model has not seen: what it and all checks are measured on."""

from __future__ import annotations

from stancelib.corpus import Corpus

SHARE = 0.1
"""Of the corpus, in whole groups."""


def split_held_out(corpus: Corpus, share: float = SHARE) -> tuple[Corpus, Corpus]:
    """What is trained on and what is held out: the same for every seed of a training, so that runs can be averaged."""
    return corpus.split(share, random_state=0)
