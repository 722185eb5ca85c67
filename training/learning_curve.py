"""Does more text help? python training/learning_curve.py --held-out NAME=FILE ...

Macro-F1 of the plain TF-IDF pipeline and of the fast classifier, trained on 500, 1,000, 2,000, 4,000,
8,000 and all training passages (whole groups), measured on a held-out fifth of the corpus, on whole
articles that training never saw, and on held-out files; then modelled against invented passages at
equal size. Prints both tables and draws ``training/plots/learning_curve.png`` (needs matplotlib).
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measure import held_out_corpus, tfidf
from numpy.typing import NDArray
from recipes import stance_classifier

from stancelib.corpus import Corpus, read_corpus
from stancelib.evaluation import measure
from stancelib.records import STANCES

CORPUS = Path(__file__).parent / "corpus"
PLOT = Path(__file__).parent / "plots" / "learning_curve.png"

SIZES = (500, 1000, 2000, 4000, 8000)
MODELLED_FILES = ("modelled_", "explainers_")
"""How the names of files begin whose passages take a real one as their model."""

FIFTH, ARTICLES = "held-out fifth", "whole articles"

Trainer = Callable[[Corpus], Callable[[list[str]], NDArray[np.float64]]]


@dataclass(frozen=True)
class Point:
    """Macro-F1 of one model on one data set, with its 95 % interval."""

    model: str
    training: str
    size: int
    data: str
    macro_f1: float
    low: float
    high: float


def plain(train: Corpus) -> Callable[[list[str]], NDArray[np.float64]]:
    """The plain pipeline of ``measure.py``."""
    predict = tfidf(train)
    return lambda texts: predict(texts)[0]


def fast(train: Corpus) -> Callable[[list[str]], NDArray[np.float64]]:
    """The fast classifier without its temperature, which changes no label."""
    model = stance_classifier(train, calibration_folds=0)
    columns = [model.classes_.tolist().index(stance) for stance in STANCES]
    return lambda texts: np.asarray(model.predict_proba(texts)[:, columns])


TRAINERS: dict[str, Trainer] = {"TF-IDF + LR": plain, "fast": fast}


def read_parts(folder: Path) -> tuple[Corpus, frozenset[str]]:
    """The corpus, and the identifiers of the passages modelled on real ones.

    The field ``source`` says it where it is given ("invented", or the kind of outlet), else the
    name of the file.
    """
    modelled = set()
    examples = []
    for file in sorted(folder.glob("*.jsonl")):
        for example in read_corpus(file):
            by_file = file.name.startswith(MODELLED_FILES)
            if by_file if example.source is None else example.source != "invented":
                modelled.add(example.id)
            examples.append(example)
    return Corpus(examples), frozenset(modelled)


def whole_groups(corpus: Corpus, size: int, seed: int) -> Corpus:
    """Groups in random order until there are ``size`` passages; the same seed gives nested parts."""
    members = defaultdict(list)
    for i, group in enumerate(corpus.groups):
        members[group].append(i)
    names = sorted(members)
    chosen: list[int] = []
    for place in np.random.default_rng(seed).permutation(len(names)):
        if len(chosen) >= size:
            break
        chosen += members[names[place]]
    return corpus.take(sorted(chosen))


def split(corpus: Corpus, seed: int, seeds: int) -> tuple[Corpus, dict[str, Corpus]]:
    """What may be trained on, and what is held out for this seed.

    Over ``seeds`` (at least two) seeds each whole article is held out once.
    """
    rest, fifth = corpus.split(0.2, random_state=seed)
    articles = sorted({example.group for example in corpus if example.more.get("whole_article")})
    shuffled = np.random.default_rng(0).permutation(articles)
    away = set(shuffled[seed % max(2, seeds) :: max(2, seeds)].tolist())
    pool = Corpus(example for example in rest if example.group not in away)
    tests = {FIFTH: fifth, ARTICLES: Corpus(example for example in corpus if example.group in away)}
    return pool, {name: test for name, test in tests.items() if len(test)}


def training_sets(
    pool: Corpus, modelled: frozenset[str], sizes: Sequence[int], seed: int
) -> Iterator[tuple[str, Corpus]]:
    """The parts of the curve, then modelled, invented and both at equal size."""
    for size in sizes:
        if size < len(pool):
            yield f"{size:,}", whole_groups(pool, size, seed)
    yield "all", pool
    kinds = {
        "modelled": Corpus(example for example in pool if example.id in modelled),
        "invented": Corpus(example for example in pool if example.id not in modelled),
    }
    size = min(map(len, kinds.values()))
    if size:
        for name, part in (kinds | {"both": pool}).items():
            yield f"{name} only" if name != "both" else "both, same size", whole_groups(part, size, seed)


def points(
    corpus: Corpus,
    modelled: frozenset[str],
    held_out: Mapping[str, Corpus],
    sizes: Sequence[int] = SIZES,
    seeds: int = 2,
    trainers: Mapping[str, Trainer] = TRAINERS,
) -> Iterator[Point]:
    """One point per model, training part, data set and seed."""
    for seed in range(seeds):
        pool, tests = split(corpus, seed, seeds)
        for training, part in training_sets(pool, modelled, sizes, seed):
            for model, trainer in trainers.items():
                predict = trainer(part)
                for data, test in (tests | dict(held_out)).items():
                    scores = measure(test.stances, predict(test.texts), STANCES, test.groups)
                    yield Point(model, training, len(part), data, scores.macro_f1, *scores.macro_f1_interval)


def averaged(found: Sequence[Point]) -> list[Point]:
    """The points with their seeds averaged, in the order of the first seed."""
    together = defaultdict(list)
    for point in found:
        together[point.model, point.training, point.data].append(point)
    means = []
    for (model, training, data), same in together.items():
        size, f1, low, high = np.mean([(p.size, p.macro_f1, p.low, p.high) for p in same], axis=0).tolist()
        means.append(Point(model, training, round(size), data, f1, low, high))
    return means


def table(means: Sequence[Point]) -> str:
    """Markdown: one row per model and training part, one column per data set."""
    columns = list(dict.fromkeys(point.data for point in means))
    rows: dict[tuple[str, str], dict[str, Point]] = defaultdict(dict)
    for point in sorted(means, key=lambda point: point.model):
        rows[point.model, point.training][point.data] = point
    lines = [
        f"| model | trained on | passages | {' | '.join(columns)} |",
        f"| --- | --- | --: |{' --: |' * len(columns)}",
    ]
    for (model, training), row in rows.items():
        cells = [f"{row[data].macro_f1:.3f} ({row[data].low:.2f}–{row[data].high:.2f})" for data in columns]
        lines.append(f"| {model} | {training} | {row[columns[0]].size:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(means: Sequence[Point], file: Path) -> None:
    """One panel per data set: curves over size, modelled and invented as single marks."""
    from matplotlib.figure import Figure

    columns = list(dict.fromkeys(point.data for point in means))
    models = list(dict.fromkeys(point.model for point in means))
    figure = Figure(figsize=(4 * len(columns), 3.6), layout="constrained")
    panels = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    for data, panel in zip(columns, panels, strict=True):
        for number, model in enumerate(models):
            own = [point for point in means if (point.data, point.model) == (data, model)]
            curve = [point for point in own if point.training == "all" or point.training[0].isdigit()]
            sizes = [point.size for point in curve]
            panel.plot(sizes, [point.macro_f1 for point in curve], "o-", color=f"C{number}", label=model)
            panel.fill_between(sizes, [p.low for p in curve], [p.high for p in curve], color=f"C{number}", alpha=0.12)
            for kind, mark in (("modelled only", "^"), ("invented only", "x")):
                alone = [point for point in own if point.training == kind]
                label = f"{model}, {kind}"
                panel.plot([p.size for p in alone], [p.macro_f1 for p in alone], mark, color=f"C{number}", label=label)
        ticks = sorted({p.size for p in means if p.training[0].isdigit()})
        panel.set(xscale="log", title=data, xlabel="training passages")
        panel.set_xticks(ticks, [f"{size:,}" for size in ticks], minor=False)
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("macro-F1, stance")
    panels[0].legend(fontsize="small")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=130, metadata={"Software": None})


def main() -> int:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--held-out", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--models", nargs="*", default=list(TRAINERS), choices=list(TRAINERS))
    parser.add_argument("--plot", type=Path, default=PLOT)
    arguments = parser.parse_args()
    corpus, modelled = read_parts(arguments.corpus)
    held_out = {name: held_out_corpus(Path(file)) for name, file in (item.split("=", 1) for item in arguments.held_out)}
    trainers = {name: TRAINERS[name] for name in arguments.models}
    means = averaged(list(points(corpus, modelled, held_out, arguments.sizes, arguments.seeds, trainers)))
    print(f"{len(modelled):,} passages modelled on real ones, {len(corpus) - len(modelled):,} invented.\n")
    print(table(means))
    draw(means, arguments.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
