"""Who may import whom, what is public, and what importing loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import stancelib

PACKAGE = Path(stancelib.__file__).parent

FLOORS = [
    {"records", "errors"},
    {"lexicons", "gazetteer", "sentences", "corpus", "placed_tables"},
    {"names", "resolution", "register"},
    {"tokens", "passages"},
    {"token_features", "token_arrays", "evaluation", "scores"},
    {"features", "evidence", "unknown_words", "span_features", "model_folder", "model_card", "regression"},
    {"classifier", "compiled", "encoder", "attribution"},
    {"compilation", "accurate", "attribution_training", "fast"},
    {"labeler"},
    {"encoder_features"},
    {"retraining", "batch", "doctor", "tables"},
    {"cli"},
    {"__init__", "__main__"},
]
"""A module imports only modules of lower floors."""

FLOOR_OF = {module: number for number, floor in enumerate(FLOORS) for module in floor}


def imports_of(file: Path) -> set[str]:
    """Modules of the package that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stancelib."):
            found.add(str(node.module).split(".")[1])
    return found


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.stem)
def test_a_module_imports_only_lower_floors(file: Path) -> None:
    own = FLOOR_OF[file.stem]
    too_high = {name for name in imports_of(file) if name != "__version__" and FLOOR_OF[name] >= own}
    assert too_high == set() or file.stem == "__init__"


def test_no_module_is_without_a_floor() -> None:
    assert {file.stem for file in PACKAGE.glob("*.py")} <= set(FLOOR_OF)


def test_public_names_are_exactly_these() -> None:
    promised = """SENTIMENTS STANCES Article Corpus CorpusError EncoderFeatures Evaluation Evidence Example Initiative
        InputError LabeledPassage Labeler MissingExtraError ModelFolderError PassageFeatures Register
        SentimentClassifier Span StanceClassifier StanceError TextTypeError evaluate load read_corpus read_register
        save split_passages split_sentences tokenize train"""
    assert sorted(stancelib.__all__) == sorted(promised.split())


@pytest.mark.parametrize("name", stancelib.__all__)
def test_every_public_name_can_be_imported_and_has_a_docstring(name: str) -> None:
    value = getattr(stancelib, name)
    assert value.__doc__


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport sys; print(' '.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize(
    "code",
    ["import stancelib", "import stancelib; stancelib.load().label('Norway will send two frigates to the mission.')"],
    ids=["import", "label"],
)
def test_importing_and_labelling_load_neither_scikit_learn_nor_nltk_nor_scipy(code: str) -> None:
    assert loaded_after(code) & {"sklearn", "nltk", "scipy", "joblib", "onnxruntime", "torch"} == set()


def test_the_command_line_starts_without_numpy() -> None:
    assert "numpy" not in loaded_after("from stancelib import cli; cli._parser()")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'labelr'"):
        stancelib.labelr  # noqa: B018
