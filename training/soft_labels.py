"""What teachers think of passages they have not seen: python training/soft_labels.py --corpus training/corpus

Trains an encoder on each half of the corpus (whole groups), from the state after the public stages
(``--state``, the ``state.pt`` of a run of ``train_encoder.py``) or from the base weights, and lets it
label the other half. Writes one line per passage: id, probabilities of the stances, of the
sentiments. A model that learns from them beside the labels is taught which passages are near
another label, and doubts where the labels may be wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from encoder_model import Labelled, StanceEncoder, find_base, load_base, load_tokenizer
from train_encoder import Settings, corpus_stage, encode_example, logits, train_stages

from stancelib.corpus import read_corpus

HEADS = ("stance", "sentiment")


def main() -> None:
    """Train the teachers, write their probabilities."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "soft_labels.tsv")
    parser.add_argument("--work", type=Path, required=True, help="folder for the state of the run")
    parser.add_argument("--state", type=Path, help="state.pt after the public stages")
    parser.add_argument("--base", type=Path, help="folder with all-MiniLM-L6-v2")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings(0, options.epochs, bfloat16=options.bfloat16)
    base = find_base(options.base)
    tokenizer = load_tokenizer(base)
    options.work.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, (train, others) in enumerate(read_corpus(options.corpus).folds(2)):
        torch.manual_seed(0)
        model = load_base(base)
        if options.state:
            model.load_state_dict(torch.load(options.state, weights_only=True)["model"])
        train_stages(model, [corpus_stage(train, tokenizer, settings)], settings, options.work / f"teacher{number}.pt")
        probabilities = label(model, [encode_example(example, tokenizer) for example in others])
        for example, row in zip(others, probabilities, strict=True):
            lines.append("\t".join([example.id, *(f"{value:.3f}" for value in row)]))
    options.out.write_text("\n".join(sorted(lines)) + "\n", "utf-8")


def label(model: StanceEncoder, examples: Sequence[Labelled]) -> list[list[float]]:
    """Probabilities of the stances, then of the sentiments, for each example."""
    return torch.cat([torch.softmax(part, dim=1) for part in logits(model, examples, HEADS)], dim=1).tolist()


if __name__ == "__main__":
    main()
