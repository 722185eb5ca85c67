"""Train and measure both models on public sets: ``python training/public_benchmarks.py FOLDER``

FOLDER holds one subfolder per set with the official files: `public_formats.FORMS` names them, and
`public_formats.HOMES` says where they come from. Each model is trained on a set's training part
and measured on its tests by the set's own metric, beside published figures and their sources.
Nothing is chosen on the tests. A set whose files are not there is skipped, which is said.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from public_formats import FORMS, LABELS, Case, PublicSet, SetMissingError, read_public_set
from public_models import Predictor, Run, train_fast
from published_figures import FIGURES

from stancelib.errors import InputError, MissingExtraError, StanceError

MODELS = ("fast", "accurate")
BOOTSTRAP_ROUNDS = 1000


@dataclass(frozen=True)
class Answers:
    """True and found labels of the same cases, and the cases' targets; arrays of one length."""

    truth: NDArray[np.str_]
    found: NDArray[np.str_]
    targets: NDArray[np.str_]

    def take(self, rows: NDArray[Any]) -> Answers:
        """The answers at some places, or where a mask is true."""
        return Answers(self.truth[rows], self.found[rows], self.targets[rows])


@dataclass(frozen=True)
class Metric:
    """A set's official metric."""

    name: str
    value: Callable[[Answers], float]


@dataclass(frozen=True)
class Figure:
    """A measured figure; ``low`` and ``high`` bound the 95 % bootstrap interval over the cases.

    ``official`` tells a test read from the official files from one in the plain form; ``examples`` is the number
    of training cases.
    """

    set: str
    test: str
    official: bool
    n: int
    model: str
    metric: str
    value: float
    low: float
    high: float
    accuracy: float
    examples: int
    seconds: float


def accuracy(answers: Answers) -> float:
    """The share of right labels, which is also the micro-averaged F1."""
    return float((answers.truth == answers.found).mean())


def mean_f1(classes: Sequence[str], answers: Answers) -> float:
    """Mean F1 over some classes; a class that neither occurs nor is found counts 0."""
    return float(np.mean([_f1(answers, label) for label in classes]))


def mean_f1_over_targets(classes: Sequence[str], answers: Answers) -> float:
    """The mean over the targets of what `mean_f1` gives for each."""
    each = (answers.take(answers.targets == target) for target in np.unique(answers.targets))
    return float(np.mean([mean_f1(classes, part) for part in each]))


def _f1(answers: Answers, label: str) -> float:
    truth, found = answers.truth == label, answers.found == label
    return 2.0 * int((truth & found).sum()) / max(1, int(truth.sum()) + int(found.sum()))


METRICS: Mapping[str, Metric] = {
    "newsmtsc": Metric("macro-F1", partial(mean_f1, LABELS["newsmtsc"])),
    "semeval2016": Metric("mean F1 of favor and against", partial(mean_f1, ("favor", "against"))),
    "vast": Metric("macro-F1", partial(mean_f1, LABELS["vast"])),
    "pstance": Metric(
        "mean F1 of favor and against, mean of targets", partial(mean_f1_over_targets, LABELS["pstance"])
    ),
    # Schiller et al. 2021, table 1, give the figures of Perspectrum as micro-averaged F1
    "perspectrum": Metric("micro-F1", accuracy),
    "ibm_argq30k": Metric("macro-F1", partial(mean_f1, LABELS["ibm_argq30k"])),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, train and measure, print the table, write the results."""
    options = _parser().parse_args(arguments)
    sets, models = _chosen(options.sets, FORMS, "set"), _chosen(options.models, MODELS, "model")
    trainers = {model: _trainer(model) for model in models}
    run = Run(options.seed, options.epochs, options.threads, options.base)
    figures: list[Figure] = []
    for public_set in _read_sets(options.folder, sets, options.examples, options.seed):
        for model, train in trainers.items():
            figures += measure_model(public_set, model, train, run)
            if options.out:  # after each model, so that a long run that is stopped leaves what it has
                _write(options.out, run, figures)
        print(table(public_set.name, [figure for figure in figures if figure.set == public_set.name]), flush=True)
    if not figures:
        raise SystemExit(f"nothing was measured: {options.folder} has the files of none of the sets {', '.join(sets)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with a subfolder per set")
    parser.add_argument("--sets", default=",".join(FORMS), help="sets, separated by commas (default: all)")
    parser.add_argument("--models", default=",".join(MODELS), help="fast, accurate or both (default: both)")
    parser.add_argument("--epochs", type=_count, default=3, help="epochs of the accurate model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=_count, help="train on so many cases, drawn at random, for a quick look")
    parser.add_argument("--threads", type=_count, default=2, help="threads of the accurate model")
    parser.add_argument("--base", type=Path, help="folder with all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument("--out", type=Path, help="JSON file for the results")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _chosen(names: str, known: Sequence[str] | Mapping[str, Any], what: str) -> list[str]:
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        raise SystemExit(f"unknown {what} {', '.join(unknown) or 'name'!r}; known are {', '.join(known)}")
    return chosen


def _trainer(model: str) -> Callable[[Sequence[Case], Run], Predictor]:
    """What trains a model; the accurate one is imported only here, as it needs further packages."""
    if model == "fast":
        return train_fast
    try:
        from public_encoder import train_accurate
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train-encoder") from error
    return train_accurate


def _read_sets(folder: Path, names: Sequence[str], examples: int | None, seed: int) -> Iterator[PublicSet]:
    """The sets whose files are there, one after the other, with their training part cut down if asked for."""
    for name in names:
        try:
            found = read_public_set(folder, name)
        except SetMissingError as missing:
            print(f"skipped {name}: {missing}", file=sys.stderr, flush=True)
            continue
        train = found.train
        if examples and examples < len(train):
            train = random.Random(seed).sample(train, examples)
        if len({case.label for case in train}) < 2:
            raise InputError(f"{name}: the {len(train)} training cases have one label only; give more --examples")
        yield PublicSet(name, train, found.tests, found.official)


def measure_model(
    public_set: PublicSet, model: str, train: Callable[[Sequence[Case], Run], Predictor], run: Run
) -> list[Figure]:
    """Train a model on a set and measure it on each of the set's tests.

    Parameters
    ----------
    public_set : PublicSet
    model : str
        The name to report.
    train : callable
        From training cases and a `Run` to what labels other cases.
    run : Run

    Returns
    -------
    list of Figure
        One per test.
    """
    started = time.monotonic()
    label = train(public_set.train, run)
    seconds = round(time.monotonic() - started, 1)
    metric = METRICS[public_set.name]
    figures = []
    for test, cases in public_set.tests.items():
        truth, targets = np.array([case.label for case in cases]), np.array([case.target for case in cases])
        answers = Answers(truth, label(cases), targets)
        low, high = _interval(metric, answers)
        figures.append(
            Figure(
                set=public_set.name,
                test=test,
                official=public_set.official,
                n=len(cases),
                model=model,
                metric=metric.name,
                value=round(metric.value(answers), 4),
                low=round(low, 4),
                high=round(high, 4),
                accuracy=round(accuracy(answers), 4),
                examples=len(public_set.train),
                seconds=seconds,
            )
        )
    return figures


def _interval(metric: Metric, answers: Answers) -> tuple[float, float]:
    n = len(answers.truth)
    draws = np.random.default_rng(0).integers(n, size=(BOOTSTRAP_ROUNDS, n))
    low, high = np.quantile([metric.value(answers.take(draw)) for draw in draws], [0.025, 0.975])
    return float(low), float(high)


def table(name: str, figures: Sequence[Figure]) -> str:
    """The figures of a set as a markdown table, the published ones below ours."""
    lines = [
        f"\n{name}: {METRICS[name].name}",
        "",
        "| test | cases | model | figure (95 %) | accuracy | trained on | source |",
        "| --- | --: | --- | --- | --: | --: | --- |",
    ]
    for figure in figures:
        origin = "this run, official test" if figure.official else "this run, plain form"
        score = f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
        cells = (figure.test, figure.n, figure.model, score, f"{figure.accuracy:.3f}", figure.examples, origin)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    for known in FIGURES:
        if known.set == name:
            lines.append(f"| {known.test} (official) | | {known.system} | {known.value:.3f} | | | {known.source} |")
    return "\n".join(lines)


def _write(path: Path, run: Run, figures: Sequence[Figure]) -> None:
    settings = {name: value for name, value in asdict(run).items() if name != "base"}
    sets = {figure.set for figure in figures}
    content = {
        "settings": settings,
        "figures": [asdict(figure) for figure in figures],
        "published": [asdict(known) for known in FIGURES if known.set in sets],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    try:
        main()
    except StanceError as error:
        raise SystemExit(str(error)) from None
