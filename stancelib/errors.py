"""The exceptions of stancelib: one base to catch, each also the builtin a caller would expect.

StanceError
├── InputError (ValueError)        a text or setting that cannot be used
│   └── TextTypeError (TypeError)  something that is not text at all
├── CorpusError (ValueError)       a corpus file with faults, each named by file and line
├── ModelFolderError (ValueError)  a model folder that is incomplete, altered or too new
└── MissingExtraError (ImportError)  an optional package is not installed
"""

from __future__ import annotations

__all__ = [
    "CorpusError",
    "InputError",
    "MissingExtraError",
    "ModelFolderError",
    "StanceError",
    "TextTypeError",
]


class StanceError(Exception):
    """Base of every error that stancelib raises on purpose."""


class InputError(StanceError, ValueError):
    """A text or a setting has the right type but cannot be used."""


class TextTypeError(InputError, TypeError):
    """Something other than text was given where text is expected."""


class CorpusError(StanceError, ValueError):
    """A corpus has faults; the message lists each with its file and line.

    Parameters
    ----------
    faults : list of str
        One message per fault, each starting with ``file:line``.
    """

    SHOWN = 20

    def __init__(self, faults: list[str]) -> None:
        self.faults = list(faults)
        shown = "\n".join(f"  {fault}" for fault in self.faults[: self.SHOWN])
        more = len(self.faults) - self.SHOWN
        tail = f"\n  … and {more} more (all of them in the attribute faults)" if more > 0 else ""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{count} in the corpus; nothing was read:\n{shown}{tail}")


class ModelFolderError(StanceError, ValueError):
    """A model folder is incomplete, altered, or written by a newer stancelib."""


class MissingExtraError(StanceError, ImportError):
    """An optional package is missing; the message gives the pip line that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed. Install it with: pip install 'stancelib[{extra}]'")
