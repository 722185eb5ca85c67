"""The command line, run as users run it."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stancelib import Labeler

ARTICLES = Path(__file__).parent.parent / "examples" / "articles"
TEXT = "Norway will send two frigates to the escort mission, the minister announced.\n"


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stancelib", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_on_terminal(*arguments: str | Path) -> str:
    """What a person sees: output to a pseudo-terminal."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "stancelib", *map(str, arguments)]
    with subprocess.Popen(command, stdout=slave, stderr=slave, stdin=slave) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            shown += part
        assert process.wait() == 0
    os.close(master)
    return shown.decode()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text(TEXT, "utf-8")
    return file


def test_a_pipe_gets_one_json_line_per_passage(note: Path, labeler: Labeler) -> None:
    done = run("label", note)
    row = json.loads(done.stdout)
    assert done.returncode == 0
    assert (row["schema"], row["article"], row["model"]) == (1, str(note), "fast")
    assert row["model_digest"] == labeler.digest
    assert row["stance"] == "supportive"
    assert TEXT[row["start"] : row["end"]] == row["text"]
    assert done.stderr == ""


def test_a_terminal_gets_a_table(note: Path) -> None:
    shown = run_on_terminal("label", note)
    assert "stance" in shown
    assert "supportive" in shown
    assert "Norway will send two frigates" in shown
    assert "{" not in shown


def test_several_files_on_a_terminal_show_progress_unless_quiet(note: Path) -> None:
    assert "2/2 files" in run_on_terminal("label", note, note)
    assert "2/2 files" not in run_on_terminal("label", note, note, "--quiet")


def test_standard_input_is_an_article() -> None:
    row = json.loads(run("label", "-", stdin=TEXT.encode()).stdout)
    assert (row["article"], row["stance"]) == ("-", "supportive")


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_output_files_hold_every_passage(tmp_path: Path, ending: str, labeler: Labeler) -> None:
    target = tmp_path / "new" / f"out.{ending}"
    assert run("label", ARTICLES / "gulf_passage.txt", "-o", target).returncode == 0
    passages = labeler.label((ARTICLES / "gulf_passage.txt").read_text("utf-8"))
    assert [row["stance"] for row in read(target)] == [passage.stance for passage in passages]
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def read(file: Path) -> list[dict]:
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    from pyarrow import parquet

    return parquet.read_table(file).to_pylist()


def test_folders_jsonl_and_html_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><nav>Menu</nav><article><p>{TEXT}</p></article></html>", "utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps({"id": "x1", "text": TEXT, "date": "2030-01-01"}) + "\n", "utf-8")
    rows = [json.loads(line) for line in run("label", tmp_path).stdout.splitlines()]
    assert [row["text"] for row in rows] == [TEXT.strip()] * 2
    assert (rows[1]["article"], rows[1]["date"]) == ("x1", "2030-01-01")


def test_what_fails_is_named_and_the_rest_is_done(note: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"fine\nnot \xff fine")
    done = run("label", tmp_path / "missing.txt", bad, note)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert "missing.txt" in done.stderr
    assert "bad.txt:2: not UTF-8" in done.stderr


def test_jobs_give_the_same_rows_in_the_same_order() -> None:
    files = sorted(ARTICLES.glob("*.txt"))
    assert run("label", *files, "--jobs", "2").stdout == run("label", *files).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["label"], "required: FILE"),
        (["label", "x.txt", "-o", "out.xls"], "output ends in .jsonl, .csv, .parquet, got '.xls'"),
        (["label", "x.txt", "--model", "none"], "no model folder at none"),
        (["label", "x.txt", "--min-probability", "3"], "between 0 and 1, got 3.0"),
        (["label", "x.txt", "--jobs", "0"], "at least 1, got 0"),
        (["train", "x.jsonl"], "required: -o"),
        (["frobnicate"], "invalid choice"),
        ([], "required: COMMAND"),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_exits_with_two_and_says_why(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lone_surrogate_is_written_as_an_escape(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": "Oslo backs the \ud800 pact and pays."}) + "\n", "ascii")
    done = run("label", file)
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "Oslo backs the \ud800 pact and pays."


def test_training_saves_a_model_that_labels_and_says_how_good_it_is(tmp_path: Path, small_corpus) -> None:
    examples = tmp_path / "examples.jsonl"
    rows = [{"text": e.text, "stance": e.stance, "article": e.article} for e in small_corpus]
    examples.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = run("train", examples, "-o", tmp_path / "mine")
    assert done.returncode == 0, done.stderr
    assert "macro-F1" in done.stdout
    assert "held-out groups" in (tmp_path / "mine" / "MODEL_CARD.md").read_text("utf-8")
    labelled = run("label", "-", "--model", tmp_path / "mine", stdin=TEXT.encode())
    assert json.loads(labelled.stdout)["model"] == "mine"


def test_training_on_faulty_examples_lists_them_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text('{"text": "a", "stance": "x"}\n', "utf-8")
    done = run("train", tmp_path / "e.jsonl", "-o", tmp_path / "mine")
    assert done.returncode == 2
    assert "e.jsonl:1: stance must be one of" in done.stderr
    assert not (tmp_path / "mine").exists()


def test_evaluate_prints_scores_and_json(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text(json.dumps({"text": TEXT, "stance": "supportive"}) + "\n", "utf-8")
    assert "stance: 1 passages" in run("evaluate", tmp_path / "e.jsonl").stdout
    scores = json.loads(run("evaluate", tmp_path / "e.jsonl", "--json").stdout)
    assert scores["stance"]["accuracy"] == 1.0


def test_doctor_verifies_the_bundled_model(labeler: Labeler) -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert f"model fast verified, digest {labeler.digest[:12]}" in done.stdout
    assert "no network is needed" in done.stdout


def test_help_answers_in_a_tenth_of_a_second() -> None:
    code = "import sys; sys.argv = ['stancelib', '--help']; from stancelib.cli import main; main()"

    def seconds(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=False)
        return time.perf_counter() - start

    bare = min(seconds("-c", "pass") for _ in range(5))
    assert min(seconds("-c", code) for _ in range(5)) - bare < 0.1
