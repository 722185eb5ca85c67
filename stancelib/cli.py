"""The command ``stancelib``: label, train, evaluate, doctor.

Exit status: 0 all done, 1 some inputs failed and all others were done, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .labeler import Labeler

__all__ = ["main"]

UNITS = ("paragraph", "sentence", "window")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; default those of the process.

    Returns
    -------
    int
        Exit status.
    """
    arguments = _parser().parse_args(argv)
    from .errors import StanceError

    try:
        return int(arguments.run(arguments))
    except (StanceError, OSError) as error:
        print(f"stancelib: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stancelib: interrupted; nothing half-written is left behind", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stancelib",
        description="Who supports, who is cautious about and who opposes a coalition initiative, passage by passage.",
    )
    parser.add_argument("--version", action="version", version=f"stancelib {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_label(commands)
    _add_train(commands)
    _add_evaluate(commands)
    doctor = commands.add_parser("doctor", help="say what is installed and verify the bundled models")
    doctor.set_defaults(run=_doctor)
    return parser


def _version() -> str:
    from . import __version__

    return __version__


def _add_label(commands: Any) -> None:
    label = commands.add_parser(
        "label",
        help="label the passages of articles",
        description="Label the passages of articles: plain text, HTML, JSONL with a field 'text', "
        "folders of them, or - for standard input. On a terminal a table is shown, a pipe gets JSONL.",
    )
    label.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - is standard input")
    label.add_argument("-o", "--output", metavar="FILE", help="write to FILE.jsonl, .csv or .parquet")
    label.add_argument("--model", default="fast", metavar="NAME", help="fast, or a model folder")
    label.add_argument("--unit", choices=UNITS, default=UNITS[0], help="default: %(default)s")
    label.add_argument(
        "--min-probability", type=float, default=0.0, metavar="P", help="mark less probable labels as abstained"
    )
    label.add_argument("--jobs", type=int, default=1, metavar="N", help="processes; default: %(default)s")
    label.add_argument("--quiet", action="store_true", help="no progress on standard error")
    label.set_defaults(run=_label)


def _add_train(commands: Any) -> None:
    train = commands.add_parser("train", help="train a model on your own labelled examples")
    train.add_argument("examples", nargs="+", metavar="EXAMPLES", help=".jsonl or .csv files, or folders")
    train.add_argument("-o", "--output", required=True, metavar="FOLDER", help="model folder to write")
    train.add_argument(
        "--test-share", type=float, default=0.2, metavar="S", help="held out to measure; default: %(default)s"
    )
    train.add_argument("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    train.set_defaults(run=_train)


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser("evaluate", help="compare a model's labels with those of examples")
    evaluate.add_argument("examples", nargs="+", metavar="EXAMPLES", help=".jsonl or .csv files, or folders")
    evaluate.add_argument("--model", default="fast", metavar="NAME", help="fast, or a model folder")
    evaluate.add_argument("--json", action="store_true", help="print the scores as JSON")
    evaluate.set_defaults(run=_evaluate)


def _label(arguments: argparse.Namespace) -> int:
    from .batch import article_files, output_format, write_rows
    from .errors import InputError

    if arguments.jobs < 1:
        raise InputError(f"--jobs must be at least 1, got {arguments.jobs}")
    if not 0.0 <= arguments.min_probability <= 1.0:
        raise InputError(f"--min-probability must be between 0 and 1, got {arguments.min_probability}")
    if arguments.output:
        output_format(arguments.output)
    files = article_files(arguments.files)
    failures: list[str] = []
    results = _progress(_results(files, arguments, failures), len(files), arguments.quiet)
    if arguments.output:
        count = write_rows(arguments.output, (row for rows in results for row in rows))
        if not arguments.quiet:
            print(f"{count} passages written to {arguments.output}", file=sys.stderr)
    elif sys.stdout.isatty():
        _print_tables(results)
    else:
        _print_lines(results)
    for failure in failures:
        print(f"stancelib: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _results(files: list[str], arguments: argparse.Namespace, failures: list[str]) -> Iterator[list[dict[str, Any]]]:
    """The output rows of each file, in order; what failed goes to ``failures``."""
    settings = (arguments.model, arguments.unit, arguments.min_probability)
    if arguments.jobs == 1 or len(files) == 1:
        _start_worker(*settings)
        outcomes: Iterable[list[dict[str, Any]] | str] = map(_label_file, files)
        yield from _successes(outcomes, failures)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(arguments.jobs, initializer=_start_worker, initargs=settings) as pool:
        yield from _successes(pool.map(_label_file, files), failures)


def _successes(outcomes: Iterable[list[dict[str, Any]] | str], failures: list[str]) -> Iterator[list[dict[str, Any]]]:
    for outcome in outcomes:
        if isinstance(outcome, str):
            failures.append(outcome)
            yield []
        else:
            yield outcome


_worker: dict[str, Any] = {}


def _start_worker(model: str, unit: str, min_probability: float) -> None:
    """Load the model once per process."""
    from .labeler import load

    _worker.update(labeler=load(model), unit=unit, min_probability=min_probability)


def _label_file(path: str) -> list[dict[str, Any]] | str:
    """Output rows of a file, or what is wrong with it."""
    from .batch import output_row, read_articles
    from .errors import StanceError

    labeler: Labeler = _worker["labeler"]
    rows = []
    try:
        for article in read_articles(path, sys.stdin.buffer):
            passages = labeler.label(article, unit=_worker["unit"], min_probability=_worker["min_probability"])
            rows += [output_row(article, passage, labeler.name, labeler.digest) for passage in passages]
    except (StanceError, OSError) as error:
        return str(error) if path in str(error) else f"{path}: {error}"
    return rows


def _progress(results: Iterator[list[dict[str, Any]]], total: int, quiet: bool) -> Iterator[list[dict[str, Any]]]:
    """The results unchanged; a bar on standard error while they come, for more than one file."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield from results
        return
    for done, rows in enumerate(results, 1):
        filled = 30 * done // total
        print(f"\r[{'█' * filled}{'·' * (30 - filled)}] {done}/{total} files", end="", file=sys.stderr)
        yield rows
    print(file=sys.stderr)


def _print_lines(results: Iterable[list[dict[str, Any]]]) -> None:
    from .batch import json_line

    for rows in results:
        for row in rows:
            print(json_line(row))


def _print_tables(results: Iterable[list[dict[str, Any]]]) -> None:
    from .tables import passage_table

    for rows in results:
        if rows:
            print(passage_table(rows))
            print()


def _train(arguments: argparse.Namespace) -> int:
    from .corpus import read_corpus
    from .evaluation import evaluate
    from .labeler import save
    from .model_card import model_card, score_table
    from .retraining import train

    corpus = read_corpus(arguments.examples)
    rest, held_out = corpus.split(arguments.test_share, arguments.seed)
    print(f"{corpus}: training on {len(rest)}, measuring on {len(held_out)} held out", file=sys.stderr)
    evaluation = evaluate(train(rest, random_state=arguments.seed), held_out)
    print(evaluation)
    labeler = train(corpus, random_state=arguments.seed)
    card = model_card(
        labeler.name,
        {
            "Data": f"{len(corpus)} examples in {len(set(corpus.groups))} groups.",
            "Scores": "A model of the same settings, trained without them, on held-out groups.\n\n"
            + score_table({"held-out groups": evaluation}),
        },
    )
    digest = save(labeler, arguments.output, card=card)
    print(f"model trained on all examples saved to {arguments.output} ({digest[:12]})", file=sys.stderr)
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    import json

    from .corpus import read_corpus
    from .evaluation import evaluate
    from .labeler import load

    labeler = load(arguments.model)
    stances, sentiments = labeler.classes_.tolist(), labeler.sentiment_classes_.tolist()
    evaluation = evaluate(labeler, read_corpus(arguments.examples, stances=stances, sentiments=sentiments))
    print(json.dumps(evaluation.to_dict()) if arguments.json else evaluation)
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from .doctor import diagnose

    healthy = True
    for line in diagnose():
        healthy &= line.fine
        print(f"{'ok   ' if line.fine else 'FAIL '} {line.text}")
    return 0 if healthy else 1
