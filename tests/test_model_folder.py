"""Model folders: the same bytes for the same model, and nothing altered gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import stancelib
from stancelib import ModelFolderError
from stancelib.compiled import CompiledModel
from stancelib.labeler import Labeler
from stancelib.model_folder import MANIFEST, ModelFolder, _digest, read_model_folder, write_model_folder


@pytest.fixture
def folder(tmp_path: Path, compiled_model: CompiledModel) -> Path:
    stancelib.save(Labeler(compiled_model, "small"), tmp_path / "model")
    return tmp_path / "model"


def test_a_saved_model_gives_the_same_probabilities(folder: Path, compiled_model: CompiledModel) -> None:
    texts = ["Oslo backs the pact.", "Nobody should fear it."]
    loaded = stancelib.load(folder)
    np.testing.assert_array_equal(loaded.predict_proba(texts), compiled_model.scores(texts).stances)
    assert loaded.name == "model"
    assert len(loaded.digest) == 64


def test_the_same_model_gives_the_same_bytes(folder: Path, compiled_model: CompiledModel) -> None:
    other = folder.parent / "other"
    stancelib.save(Labeler(compiled_model, "small"), other)
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == {f.name: f.read_bytes() for f in other.iterdir()}


def test_a_folder_that_was_read_and_saved_again_is_the_same(folder: Path) -> None:
    digest = stancelib.save(
        stancelib.load(folder), folder.parent / "again", card=(folder / "MODEL_CARD.md").read_text()
    )
    assert digest == stancelib.load(folder).digest


def test_there_is_no_pickle_in_it_and_arrays_are_shared(folder: Path) -> None:
    assert {file.suffix for file in folder.iterdir()} == {".npy", ".json", ".md"}
    arrays = read_model_folder(folder).arrays
    assert all(isinstance(array, np.memmap) for array in arrays.values())


def edit_manifest(folder: Path, change: Callable[[dict], None]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def flip_byte(folder: Path) -> None:
    data = bytearray((folder / "pair_rows.npy").read_bytes())
    data[-1] ^= 1
    (folder / "pair_rows.npy").write_bytes(bytes(data))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "one bit": (flip_byte, "was altered: its sha256"),
    "cut short": (lambda f: (f / "token_ids.npy").write_bytes(b"x"), "is not the file of"),
    "file missing": (lambda f: (f / "run_rows.npy").unlink(), r"missing or too many: run_rows\.npy"),
    "file too many": (lambda f: (f / "extra.pkl").write_bytes(b""), r"missing or too many: extra\.pkl"),
    "manifest missing": (lambda f: (f / MANIFEST).unlink(), "so it is no model folder"),
    "manifest cut": (lambda f: (f / MANIFEST).write_text("{"), "is not valid JSON"),
    "manifest altered": (lambda f: edit_manifest(f, lambda m: m.update(kind="other")), "its digest does not fit"),
    "newer format": (lambda f: edit_manifest(f, lambda m: m.update(format=2)), "reads up to 1; update it: pip install"),
    "no format": (lambda f: edit_manifest(f, lambda m: m.pop("format")), "no format number"),
    "huge manifest": (lambda f: (f / MANIFEST).write_text(" " * 2_000_000), "larger than any manifest"),
    "link": (
        lambda f: (f / "run_rows.npy").rename(f.parent / "l") and (f / "run_rows.npy").symlink_to(f.parent / "l"),
        "is not the file",
    ),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_folder_is_refused(folder: Path, damage: Callable[[Path], object], message: str) -> None:
    damage(folder)
    with pytest.raises(ModelFolderError, match=message):
        stancelib.load(folder)


def rewrite(folder: Path, **arrays: np.ndarray) -> None:
    content = read_model_folder(folder)
    copies = {name: np.array(array) for name, array in content.arrays.items()}
    write_model_folder(folder, ModelFolder(content.kind, content.settings, copies | arrays, content.files))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"negated_rows": np.zeros((3, 8), np.float32)}, r"negated_rows has shape \(3, 8\)"),
        ({"pair_rows": np.zeros((3, 8), np.float32)}, "table of the pairs leads outside"),
        ({"pair_keys": np.zeros(24, np.uint64)}, "table of the pairs leads outside"),
        ({"intercept": np.zeros(2)}, "intercept has another length"),
        ({"intercept": np.full(7, np.nan)}, "other than finite numbers"),
    ],
    ids=["shape", "rows", "keys", "intercept", "not a number"],
)
def test_tables_that_do_not_fit_together_are_refused(folder: Path, arrays: dict, message: str) -> None:
    rewrite(folder, **arrays)
    with pytest.raises(ModelFolderError, match=message):
        stancelib.load(folder)


def test_an_array_with_objects_cannot_even_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_model_folder(tmp_path / "m", ModelFolder("k", {}, {"a": np.array([{}])}))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_other_things_is_never_overwritten(tmp_path: Path, compiled_model: CompiledModel) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ModelFolderError, match="is no model folder; give a new or an empty folder"):
        stancelib.save(Labeler(compiled_model, "small"), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_folder_with_some_other_manifest_is_never_overwritten(tmp_path: Path, compiled_model: CompiledModel) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ModelFolderError, match="is no model folder"):
        stancelib.save(Labeler(compiled_model, "small"), tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_notes_beside_a_model_are_not_lost(folder: Path, compiled_model: CompiledModel) -> None:
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ModelFolderError, match="is no model folder"):
        stancelib.save(Labeler(compiled_model, "small"), folder)
    assert (folder / "notes.txt").read_text() == "mine"


def resigned(folder: Path, change: Callable[[dict], object]) -> None:
    """A manifest that was changed and given a digest that fits."""
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest.pop("digest")
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps({**manifest, "digest": _digest(manifest)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("files"),
        lambda m: m.update(files=[]),
        lambda m: m.pop("settings"),
        lambda m: m["settings"].pop("stances"),
        lambda m: m["files"]["token_ids.npy"].pop("size"),
        lambda m: m["files"]["token_ids.npy"].update(shape=[1]),
        lambda m: m["files"].update({"../../x": m["files"]["token_ids.npy"]}),
        lambda m: m.update(format=True),
    ],
    ids=["files", "list", "settings", "stances", "size", "shape", "path", "format"],
)
def test_a_malformed_manifest_with_a_fitting_digest_is_refused(folder: Path, change: Callable[[dict], object]) -> None:
    resigned(folder, change)
    with pytest.raises(ModelFolderError):
        stancelib.load(folder)


def test_saving_over_a_model_replaces_it_and_leaves_nothing_behind(folder: Path, compiled_model: CompiledModel) -> None:
    stancelib.save(Labeler(compiled_model, "small"), folder, card="# Another card\n")
    assert (folder / "MODEL_CARD.md").read_text() == "# Another card\n"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_an_unknown_model_says_what_can_be_given() -> None:
    with pytest.raises(FileNotFoundError, match="no model folder at nowhere; give 'fast'"):
        stancelib.load("nowhere")
