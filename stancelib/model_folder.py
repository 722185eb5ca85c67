"""A model as a folder: arrays and readable metadata, verified before a byte of it is used.

There is no pickle and nothing executable in it. ``manifest.json`` names every file with size and
sha256, every array with dtype and shape, and carries a digest of itself; a folder that differs in
anything is refused. The same input gives the same folder, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelFolderError

__all__ = ["CARD", "FORMAT", "MANIFEST", "ModelFolder", "check_target", "read_model_folder", "write_model_folder"]

FORMAT = 1
"""Number of the folder's format; a reader refuses a higher one."""

MANIFEST = "manifest.json"
CARD = "MODEL_CARD.md"

_LARGEST_MANIFEST = 1 << 20


@dataclass(frozen=True)
class ModelFolder:
    """What a model folder holds.

    ``kind`` says which scorer it is for; ``settings`` are JSON values; ``arrays`` are written as
    ``NAME.npy``; ``files`` (``NAME`` to bytes) as they are, ``MODEL_CARD.md`` among them.
    ``digest`` is the manifest's, empty before the folder is written.
    """

    kind: str
    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    digest: str = ""
    path: Path | None = None


def write_model_folder(folder: str | Path, content: ModelFolder) -> str:
    """Write a model folder; an older model there is replaced only when the new one is complete.

    Parameters
    ----------
    folder : str or Path
        A new folder, an empty one, or one that holds a model.
    content : ModelFolder

    Returns
    -------
    str
        Digest of the manifest.

    Raises
    ------
    ModelFolderError
        When ``folder`` is a file or holds something other than a model.
    """
    target = check_target(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        digest = _write_files(fresh, content)
        fresh.chmod(0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            os.replace(target, old / target.name)
            try:
                os.replace(fresh, target)
            except OSError:
                os.replace(old / target.name, target)
                raise
            finally:
                shutil.rmtree(old)
        else:
            os.replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return digest


def read_model_folder(folder: str | Path) -> ModelFolder:
    """Read and verify a model folder.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    ModelFolder
        Arrays are memory-mapped, so that several processes share them.

    Raises
    ------
    FileNotFoundError
        When there is no such folder.
    ModelFolderError
        When anything is missing, too much, altered, or from a newer stancelib.
    """
    path = Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(
            f"no model folder at {path}; give 'fast', 'accurate' or a folder written by stancelib.save"
        )
    manifest = _read_manifest(path)
    try:
        return _read_content(path, manifest)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, ModelFolderError):
            raise
        raise ModelFolderError(f"{path / MANIFEST} is malformed ({error!r}); get the folder again") from error


def _read_content(path: Path, manifest: Mapping[str, Any]) -> ModelFolder:
    present = {file.name for file in path.iterdir()} - {MANIFEST}
    if present != set(manifest["files"]):
        odd = ", ".join(sorted(present ^ set(manifest["files"])))
        raise ModelFolderError(f"{path}: files missing or too many: {odd}; get the folder again")
    verified = {name: _verified_bytes(path / name, entry) for name, entry in manifest["files"].items()}
    arrays = {
        name.removesuffix(".npy"): _mapped_array(path / name, entry)
        for name, entry in manifest["files"].items()
        if name.endswith(".npy")
    }
    files = {name: content for name, content in verified.items() if not name.endswith(".npy")}
    return ModelFolder(manifest["kind"], manifest["settings"], arrays, files, manifest["digest"], path)


def check_target(folder: str | Path) -> Path:
    """The resolved folder, if a model may be written there.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Path

    Raises
    ------
    ModelFolderError
        When it is a file, the working directory, or holds anything that is not a model's.
    """
    target = Path(folder).resolve()
    if target.exists() and not (target.is_dir() and _is_ours(target)):
        raise ModelFolderError(f"{target} exists and is no model folder; give a new or an empty folder")
    if target == Path.cwd():
        raise ModelFolderError(f"{target} is the working directory; give a folder inside it")
    return target


def _is_ours(folder: Path) -> bool:
    """Whether a folder is empty, or holds what its manifest names and nothing else."""
    present = {file.name for file in folder.iterdir()}
    if not present:
        return True
    try:
        return present == {MANIFEST, *_read_manifest(folder)["files"]}
    except ModelFolderError:
        return False


def _write_files(folder: Path, content: ModelFolder) -> str:
    entries: dict[str, dict[str, Any]] = {}
    for name, array in sorted(content.arrays.items()):
        data = np.ascontiguousarray(array)
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, data, version=(1, 0), allow_pickle=False)
        entries[f"{name}.npy"] = {"dtype": data.dtype.str, "shape": list(data.shape)}
        entries[f"{name}.npy"] |= _write(folder / f"{name}.npy", buffer.getvalue())
    for name, raw in sorted(content.files.items()):
        entries[name] = _write(folder / name, raw)
    manifest = {
        "format": FORMAT,
        "kind": content.kind,
        "settings": dict(content.settings),
        "files": dict(sorted(entries.items())),
    }
    digest = _digest(manifest)
    text = json.dumps({**manifest, "digest": digest}, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return digest


def _write(file: Path, data: bytes) -> dict[str, Any]:
    file.write_bytes(data)
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _digest(manifest: Mapping[str, Any]) -> str:
    plain = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / MANIFEST
    if not file.is_file():
        raise ModelFolderError(f"{path} has no {MANIFEST}, so it is no model folder")
    if file.stat().st_size > _LARGEST_MANIFEST:
        raise ModelFolderError(f"{file} is {file.stat().st_size} bytes, larger than any manifest")
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(f"{file} is not valid JSON ({error}); get the folder again") from None
    if not isinstance(manifest, dict) or type(manifest.get("format")) is not int or manifest["format"] < 1:
        raise ModelFolderError(f"{file} has no format number, so it is no manifest of stancelib")
    if manifest["format"] > FORMAT:
        raise ModelFolderError(
            f"{path} has format {manifest['format']}, this stancelib reads up to {FORMAT}; "
            f"update it: pip install -U stancelib"
        )
    body = {name: value for name, value in manifest.items() if name != "digest"}
    if _digest(body) != manifest.get("digest"):
        raise ModelFolderError(f"{file} was altered: its digest does not fit; get the folder again")
    if not isinstance(manifest.get("files"), dict) or any(Path(name).name != name for name in manifest["files"]):
        raise ModelFolderError(f"{file} names no files, or files outside its folder")
    return manifest


def _verified_bytes(file: Path, entry: Mapping[str, Any]) -> bytes:
    if file.is_symlink() or not file.is_file() or file.stat().st_size != entry["size"]:
        raise ModelFolderError(f"{file} is not the file of {entry['size']} bytes that was saved")
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ModelFolderError(f"{file} was altered: its sha256 does not fit; get the folder again")
    return data


def _mapped_array(file: Path, entry: Mapping[str, Any]) -> NDArray[Any]:
    array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    if array.dtype.str != entry["dtype"] or list(array.shape) != entry["shape"]:
        raise ModelFolderError(f"{file} holds {array.dtype.str} {array.shape}, not what the manifest says")
    return array
