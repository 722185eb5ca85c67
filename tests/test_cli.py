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


def test_html_blocks_come_once_each_on_its_own_line(tmp_path: Path) -> None:
    page = (
        "<article><header><h1>Oslo backs the pact</h1></header><script>x()</script><nav>Menu</nav>"
        "<blockquote><p>We reject the pact.</p></blockquote><div>Loose words stay here.<br>Next line.</div></article>"
    )
    (tmp_path / "a.html").write_text(page, "utf-8")
    texts = [json.loads(line)["text"] for line in run("label", tmp_path).stdout.splitlines()]
    assert texts == ["Oslo backs the pact", "We reject the pact.", "Loose words stay here.", "Next line."]


def test_tables_have_the_same_columns_whatever_the_articles_say(tmp_path: Path) -> None:
    rows = [{"text": TEXT}, {"text": TEXT, "title": "A \ud800 title", "date": "2030"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "ascii")
    for ending in ("csv", "parquet"):
        assert run("label", tmp_path / "a.jsonl", "-o", tmp_path / f"o.{ending}").returncode == 0
        assert read(tmp_path / f"o.{ending}")[1]["date"] == "2030"
        assert {"p_supportive", "p_sentiment_neutral", "evidence", "holder"} <= set(read(tmp_path / f"o.{ending}")[0])


def test_an_output_in_the_folder_is_not_read_again(note: Path, tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        assert run("label", tmp_path, "-o", tmp_path / "out.jsonl").returncode == 0
        counts.append(len(read(tmp_path / "out.jsonl")))
    assert counts == [1, 1]


def test_an_input_is_never_overwritten_and_an_old_output_survives_failure(tmp_path: Path) -> None:
    file = tmp_path / "same.jsonl"
    file.write_text(json.dumps({"text": TEXT}) + "\n", "utf-8")
    before = file.read_text("utf-8")
    assert "both input and output" in run("label", file, "-o", file).stderr
    assert run("label", tmp_path / "missing.txt", "-o", file).returncode == 1
    assert file.read_text("utf-8") == before


def test_a_bad_line_does_not_cost_the_others(tmp_path: Path) -> None:
    lines = [json.dumps({"text": TEXT}), "{broken", "[" * 100_000, json.dumps({"text": TEXT})]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    done = run("label", tmp_path / "a.jsonl")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert "a.jsonl:2: not valid JSON" in done.stderr
    assert "a.jsonl:3: not valid JSON" in done.stderr


def test_settings_of_label_reach_the_labels(note: Path) -> None:
    two = note.with_name("two.txt")
    two.write_text(TEXT.strip() + " Talks on the agenda resume on Monday in Geneva.\n", "utf-8")
    assert len(run("label", two).stdout.splitlines()) == 1
    assert len(run("label", two, "--unit", "sentence").stdout.splitlines()) == 2
    assert json.loads(run("label", note, "--min-probability", "1").stdout)["abstained"] is True


def test_a_reader_that_stops_early_is_no_failure(note: Path) -> None:
    command = f"{sys.executable} -m stancelib label {' '.join([str(note)] * 400)} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_closed_and_shared_standard_input_are_refused(note: Path) -> None:
    assert "--jobs" in run("label", "--jobs", "2", "-", note).stderr
    closed = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m stancelib label - {note} <&-"], capture_output=True, text=True, check=False
    )
    assert closed.returncode == 1
    assert "standard input is closed" in closed.stderr
    assert len(closed.stdout.splitlines()) == 1


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
        (["label", "x.txt", "y.txt", "--jobs", "2", "--model", "none"], "no model folder at none"),
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

    assert "label the passages" in run("--help").stdout
    bare = min(seconds("-c", "pass") for _ in range(5))
    assert min(seconds("-c", code) for _ in range(5)) - bare < 0.1


def test_a_register_gives_initiatives_their_names_and_is_checked(note: Path, tmp_path: Path) -> None:
    register = tmp_path / "mine.json"
    register.write_text('[{"name": "Gulf Escort", "aliases": ["escort mission"]}]', "utf-8")
    row = json.loads(run("label", note, "--register", register).stdout)
    assert row["initiative_name"] == ("Gulf Escort" if row["initiative"] else None)
    register.write_text('[{"title": "Gulf Escort"}]', "utf-8")
    done = run("label", note, "--register", register)
    assert (done.returncode, done.stdout) == (2, "")
    assert "mine.json, entry 1: an object with a non-empty string 'name' is expected" in done.stderr
