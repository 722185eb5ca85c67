"""The command ``stancelib``: label, train, evaluate, doctor.

Exit status: 0 all done, 1 some inputs failed and all others were done, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .corpus import Corpus
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

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = int(arguments.run(arguments))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader has seen enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StanceError, OSError) as error:
        print(f"stancelib: {error}", file=sys.stderr)
        return 2
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
    label.add_argument(
        "--register",
        metavar="FILE",
        help="JSON file of known initiatives, under whose names labels are reported, or 'common' for the one included",
    )
    label.add_argument("--jobs", type=int, default=1, metavar="N", help="processes; default: %(default)s")
    label.add_argument("--quiet", action="store_true", help="no progress on standard error")
    label.set_defaults(run=_label)


def _add_train(commands: Any) -> None:
    train = commands.add_parser("train", help="train a model on your own labelled examples")
    train.add_argument("examples", nargs="+", metavar="EXAMPLES", help=".jsonl or .csv files, or folders")
    train.add_argument("-o", "--output", required=True, metavar="FOLDER", help="model folder to write")
    train.add_argument(
        "--base",
        default="fast",
        metavar="NAME",
        help="fast, accurate (new heads on the encoder's vectors), or a model folder with an encoder; "
        "default: %(default)s",
    )
    train.add_argument("--stances", metavar="A,B", help="the examples' stances, when they are not the library's")
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
    from .batch import article_files, output_format
    from .errors import InputError

    if arguments.jobs < 1:
        raise InputError(f"--jobs must be at least 1, got {arguments.jobs}")
    if not 0.0 <= arguments.min_probability <= 1.0:
        raise InputError(f"--min-probability must be between 0 and 1, got {arguments.min_probability}")
    if arguments.output:
        output_format(arguments.output)
    files = article_files(arguments.files, arguments.output)
    if arguments.jobs > 1 and "-" in files:
        raise InputError("standard input is one article: leave out --jobs, or give it as a file")
    faults: list[str] = []
    results = _results(files, arguments, faults)
    if arguments.output:
        _write_output(arguments, (row for rows in results for row in rows), faults)
    elif sys.stdout.isatty():
        _print_tables(results)
    else:
        _print_lines(results)
    for fault in faults:
        print(f"stancelib: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _write_output(arguments: argparse.Namespace, rows: Iterator[dict[str, Any]], faults: list[str]) -> None:
    """Write all rows; an older file stays when every input failed."""
    from .batch import write_rows

    first = next(rows, None)
    if first is None and faults:
        return
    count = write_rows(arguments.output, rows if first is None else chain([first], rows))
    if not arguments.quiet:
        print(f"{count} passages written to {arguments.output}", file=sys.stderr)


def _results(files: list[str], arguments: argparse.Namespace, faults: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Output rows, article by article, in order; what cannot be read goes to ``faults``."""
    settings = (arguments.model, arguments.unit, arguments.min_probability, arguments.register)
    _start_worker(*settings)  # also with --jobs, so that a model that cannot be loaded is said once
    show = len(files) > 1 and not arguments.quiet and sys.stderr.isatty()
    if arguments.jobs == 1 or len(files) == 1:
        for done, file in enumerate(files, 1):
            yield from _labeled_articles(file, faults)
            _show_progress(done, len(files), show)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(arguments.jobs, initializer=_start_worker, initargs=settings) as pool:
        for done, (rows, file_faults) in enumerate(pool.map(_label_file, files), 1):
            faults += file_faults
            yield rows
            _show_progress(done, len(files), show)


_worker: dict[str, Any] = {}


def _start_worker(model: str, unit: str, min_probability: float, register: str | None) -> None:
    """Load the model and the register once per process."""
    from .labeler import load
    from .register import read_register

    known = read_register(register) if register else None
    _worker.update(labeler=load(model), settings={"unit": unit, "min_probability": min_probability, "register": known})


def _label_file(path: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Output rows of a whole file, and what in it cannot be read."""
    faults: list[str] = []
    return [row for rows in _labeled_articles(path, faults) for row in rows], faults


def _labeled_articles(path: str, faults: list[str]) -> Iterator[list[dict[str, Any]]]:
    from .batch import output_row, read_articles

    labeler: Labeler = _worker["labeler"]
    for article in read_articles(path, faults, sys.stdin.buffer if path == "-" and sys.stdin else None):
        passages = labeler.label(article, **_worker["settings"])
        yield [output_row(article, passage, labeler.name, labeler.digest) for passage in passages]


def _show_progress(done: int, total: int, show: bool) -> None:
    if show:
        filled = 30 * done // total
        end = "\n" if done == total else "\r"
        print(f"\033[K[{'█' * filled}{'·' * (30 - filled)}] {done}/{total} files", end=end, file=sys.stderr, flush=True)


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
    from .model_folder import check_target
    from .records import STANCES
    from .retraining import train

    stances = [stance.strip() for stance in (arguments.stances or ",".join(STANCES)).split(",")]
    corpus = read_corpus(arguments.examples, stances=stances)
    check_target(arguments.output)
    rest, held_out = corpus.split(arguments.test_share, arguments.seed)
    held_out = _with_known_stances(held_out, set(rest.stances))
    print(f"{corpus}: training on {len(rest)}, measuring on {len(held_out)} held out", file=sys.stderr)
    evaluation = evaluate(train(rest, base=arguments.base, random_state=arguments.seed), held_out)
    print(evaluation)
    labeler = train(corpus, base=arguments.base, random_state=arguments.seed)
    card = model_card(
        labeler.name,
        {
            "Data": f"{len(corpus)} examples in {len(set(corpus.groups))} groups.",
            "Base": _base_section(arguments.base),
            "Scores": "A model of the same settings, trained without them, on held-out groups.\n\n"
            + score_table({"held-out groups": evaluation}),
        },
    )
    digest = save(labeler, arguments.output, card=card)
    print(f"model trained on all examples saved to {arguments.output} ({digest[:12]})", file=sys.stderr)
    return 0


def _with_known_stances(held_out: Corpus, known: set[str]) -> Corpus:
    """The held-out examples that can be measured: a rare stance may have fallen wholly to their side."""
    measurable = [number for number, stance in enumerate(held_out.stances) if stance in known]
    if len(measurable) < len(held_out):
        left_out = len(held_out) - len(measurable)
        print(f"{left_out} held-out examples have a stance that is nowhere else and are not measured", file=sys.stderr)
    return held_out.take(measurable)


def _base_section(base: str) -> str:
    from pathlib import Path

    if base == "fast":
        return "None: a fast model, trained from scratch."
    return (
        f"New heads on the vectors of `{Path(base).name}`, whose encoder derives from all-MiniLM-L6-v2 "
        "(Apache-2.0). Holder and initiative are the base's."
    )


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
