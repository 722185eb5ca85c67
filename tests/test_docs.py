"""Every code block of the README and of the documents runs, and gives what it says."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(document: Path, language: str) -> list[str]:
    return [code for found, code in BLOCK.findall(document.read_text("utf-8")) if found == language]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_python_sessions_give_what_they_show(document: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    sessions = "\n".join(code for code in blocks(document, "python") if ">>>" in code)
    sessions = sessions.replace("my_model", str(tmp_path / "my_model"))
    test = doctest.DocTestParser().get_doctest(sessions, {}, document.name, str(document), 0)
    report: list[str] = []
    failed = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
    assert failed.failed == 0, "".join(report)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_python_blocks_without_a_session_run(document: Path, tmp_path: Path) -> None:
    for code in blocks(document, "python"):
        if ">>>" not in code:
            done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{code}\n{done.stderr}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_stancelib_commands_run(document: Path, tmp_path: Path) -> None:
    for code in blocks(document, "console"):
        for line in code.splitlines():
            command = line.removeprefix("$ ")
            if line.startswith("$ stancelib"):
                command = command.replace("my_model", str(tmp_path / "my_model")).replace(" out.", f" {tmp_path}/out.")
                command = command.replace("stancelib", f"{sys.executable} -m stancelib", 1)
                done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_documents_have_code() -> None:
    assert sum(len(blocks(document, "python")) for document in DOCUMENTS) >= 6
    assert sum(len(blocks(document, "console")) for document in DOCUMENTS) >= 4


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*DOCUMENTS, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_version_of_package_and_changelog_agree() -> None:
    import stancelib

    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == stancelib.__version__
    assert f"version: {stancelib.__version__}" in (ROOT / "CITATION.cff").read_text("utf-8")
