"""The accurate model on a public set: the base encoder fine-tuned as in its intermediate training.

A target that stands in the text is put between two markers; any other is the second segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from encoder_model import Labelled, find_base, load_base, load_tokenizer
from public_formats import Case
from public_models import Predictor, Run
from public_sets import mark_target, pair_target
from tokenizers import Tokenizer
from train_encoder import Settings, Stage, predict, train_stages

HEADS = {2: "argument", 3: "tone"}
"""The head for so many labels."""


def train_accurate(train: Sequence[Case], run: Run) -> Predictor:
    """The encoder fine-tuned on cases: gives the labels of others.

    Parameters
    ----------
    train : sequence of Case
        With two or three different labels.
    run : Run

    Returns
    -------
    callable
        From cases to an array of labels, in the same order.
    """
    torch.set_num_threads(run.threads)
    torch.manual_seed(run.seed)
    classes = sorted({case.label for case in train})
    head, base = HEADS[len(classes)], find_base(run.base)
    tokenizer, model = load_tokenizer(base), load_base(base)

    examples = [replace(_encoded(case, tokenizer), labels={head: classes.index(case.label)}) for case in train]
    settings = Settings(run.seed, run.epochs)
    stage = Stage("public", lambda _: list(examples), run.epochs, settings.public_rate, settings.public_batch_size)
    with TemporaryDirectory() as folder:
        train_stages(model, [stage], settings, Path(folder) / "state.pt")
    return lambda cases: np.array(classes)[predict(model, [_encoded(case, tokenizer) for case in cases], head)]


def _encoded(case: Case, tokenizer: Tokenizer) -> Labelled:
    """The tokens of a case, without its label."""
    if case.span:
        ids = mark_target(case.text, case.span, tokenizer)
        return Labelled(ids, len(ids), {})
    return Labelled(*pair_target(case.text, case.target, tokenizer), {})
