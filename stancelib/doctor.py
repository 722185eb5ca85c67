"""What is installed here, and whether the bundled models are whole."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from .errors import MissingExtraError, StanceError
from .labeler import BUNDLED, load

__all__ = ["Finding", "diagnose"]

REQUIRED = ("numpy", "scikit-learn", "nltk", "joblib")
OPTIONAL = {"beautifulsoup4": "html", "pyarrow": "parquet", "onnxruntime": "accurate", "tokenizers": "accurate"}

SAMPLE = "Portugal will provide two frigates to the escort mission, the minister said."


class Finding(NamedTuple):
    """One line of the diagnosis."""

    fine: bool
    text: str


def diagnose() -> Iterator[Finding]:
    """Findings on Python, packages and models, one by one.

    Yields
    ------
    Finding
    """
    from . import __version__

    yield Finding(True, f"stancelib {__version__} on Python {platform.python_version()}, {platform.system()}")
    for package in REQUIRED:
        installed = _installed(package)
        yield Finding(installed is not None, f"{package} {installed or 'is missing: pip install ' + package}")
    for package, extra in OPTIONAL.items():
        installed = _installed(package)
        hint = f"not installed (optional): pip install 'stancelib[{extra}]'"
        yield Finding(True, f"{package} {installed or hint}")
    for name in BUNDLED:
        yield _check_model(name)
    yield Finding(True, "no network is needed: models and data come with the package")


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _check_model(name: str) -> Finding:
    try:
        labeler = load(name)
        passage = labeler.label(SAMPLE)[0]
    except MissingExtraError as error:
        return Finding(True, f"model {name} not usable (optional): {error}")
    except (StanceError, OSError) as error:
        return Finding(False, f"model {name}: {error}")
    return Finding(True, f"model {name} verified, digest {labeler.digest[:12]}, sample labelled {passage.stance}")
