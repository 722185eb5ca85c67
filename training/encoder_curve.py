"""How does the encoder grow with the corpus? python training/encoder_curve.py --state STATE.pt --sizes 500 1000

Trains the encoder on nested parts of the corpus (whole groups, labels alone), from the state after
the public stages or from the base weights, and prints macro-F1 of the stance on the held-out tenth,
on its passages of whole articles, and on held-out files.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from encoder_model import find_base, load_base, load_tokenizer
from held_out import split_held_out
from learning_curve import whole_groups
from measure import held_out_corpus
from sklearn.metrics import f1_score
from train_encoder import Settings, corpus_stage, encode_example, predict, train_stages

from stancelib.corpus import Corpus, read_corpus
from stancelib.records import STANCES

CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    """Train on each part, print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for the states of the runs")
    parser.add_argument("--state", type=Path, help="state.pt after the public stages")
    parser.add_argument("--base", type=Path, help="folder with all-MiniLM-L6-v2")
    parser.add_argument("--held-out", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    settings = Settings(0, 3, bfloat16=options.bfloat16)
    base = find_base(options.base)
    tokenizer = load_tokenizer(base)
    train, held_out = split_held_out(read_corpus(CORPUS))
    sets = {"held-out tenth": held_out, "its whole articles": _articles(held_out)}
    sets |= {name: held_out_corpus(Path(file)) for name, file in (item.split("=", 1) for item in options.held_out)}
    print(f"| passages | {' | '.join(sets)} |\n| --: {'| --- ' * len(sets)}|")
    for size in options.sizes:
        part = whole_groups(train, size, 0)
        torch.manual_seed(0)
        model = load_base(base)
        if options.state:
            model.load_state_dict(torch.load(options.state, weights_only=True)["model"])
        train_stages(model, [corpus_stage(part, tokenizer, settings)], settings, options.work / f"part{size}.pt")
        scores = []
        for corpus in sets.values():
            found = predict(model, [encode_example(example, tokenizer) for example in corpus], "stance")
            scores.append(_macro_f1(corpus.stances, found))
        print(f"| {len(part):,} | {' | '.join(f'{score:.3f}' for score in scores)} |", flush=True)


def _articles(corpus: Corpus) -> Corpus:
    return Corpus(example for example in corpus if example.more.get("whole_article"))


def _macro_f1(truth: Sequence[str], found: Sequence[int]) -> float:
    return float(f1_score(truth, [STANCES[column] for column in found], average="macro"))


if __name__ == "__main__":
    main()
