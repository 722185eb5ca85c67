"""A register of known initiatives: under which name labels are reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import InputError
from .records import LabeledPassage

__all__ = ["Initiative", "Register", "read_register"]

BUNDLED = "common"
"""The register that comes with the package."""

_FIELDS = ("name", "aliases", "members", "dates")
_DATES = ("start", "end")
_LEADING = re.compile(r"^(?:the|a|an|this|that|its|their|our)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Initiative:
    """One initiative of a register.

    ``aliases`` are other names that an article may use; ``members`` are states or organisations;
    ``start`` and ``end`` are years or ISO dates. Only ``name`` and ``aliases`` are used to label.
    """

    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Register:
    """Known initiatives, looked up by any of their names.

    Examples
    --------
    >>> register = Register([Initiative("Black Sea Watch", ("the Watch",))])
    >>> register.name_of("the Black Sea watch"), register.name_of("the pact")
    ('Black Sea Watch', None)
    """

    initiatives: Sequence[Initiative]
    _names: dict[str, str] = field(init=False, repr=False, compare=False)
    _anywhere: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {_plain(alias): entry.name for entry in self.initiatives for alias in (entry.name, *entry.aliases)}
        longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_anywhere", re.compile(rf"(?<!\w)(?:{longest_first or '(?!)'})(?!\w)", re.IGNORECASE))

    def __len__(self) -> int:
        return len(self.initiatives)

    def name_of(self, words: str) -> str | None:
        """The registered name of the initiative that words name, or None.

        Parameters
        ----------
        words : str
            A span's text: one of the names, or words around one of them.

        Returns
        -------
        str or None
        """
        found = {self._names[_plain(match[0])] for match in self._anywhere.finditer(_plain(words))}
        return found.pop() if len(found) == 1 else None

    def name(self, passages: Iterable[LabeledPassage]) -> list[LabeledPassage]:
        """The passages of an article, with the registered names of their initiatives.

        A short form ("the mission") stands for the registered initiative named last before it that
        ends in the same word, or else for none.

        Parameters
        ----------
        passages : iterable of LabeledPassage
            In reading order.

        Returns
        -------
        list of LabeledPassage
            ``initiative_name`` is None where the register does not know the initiative.
        """
        last_by_head: dict[str, str] = {}
        named = []
        for passage in passages:
            for match in self._anywhere.finditer(passage.text):
                last_by_head[_head(match[0])] = self._names[_plain(match[0])]
            words = passage.initiative.text if passage.initiative else ""
            name = self.name_of(words) or (last_by_head.get(_head(words)) if _is_short(words) else None)
            named.append(replace(passage, initiative_name=name))
        return named


def read_register(path: str | Path = BUNDLED) -> Register:
    """Read a register of initiatives.

    Parameters
    ----------
    path : str or Path, default "common"
        A JSON file with a list of objects ``{"name", "aliases", "members", "dates"}``, of which only
        ``name`` is required; ``dates`` is an object with ``start`` and ``end``, years or ISO dates or
        null. ``"common"`` is the register that comes with the package.

    Returns
    -------
    Register

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    InputError
        When it is no such list; the message names the file and the line or entry.

    Examples
    --------
    >>> read_register().name_of("AUKUS")
    'AUKUS'
    """
    file = Path(str(files("stancelib"))) / "data" / "register.json" if path == BUNDLED else Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"no register at {file}: give {BUNDLED!r} or a JSON file with a list of initiatives")
    try:
        rows = json.loads(file.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}: not valid JSON ({error.msg})") from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{file}: not valid JSON in UTF-8 ({error})") from None
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{file}: a register is a list of at least one initiative, got {type(rows).__name__}")
    initiatives = [_initiative(row, f"{file}, entry {number}") for number, row in enumerate(rows, 1)]
    _check_names(initiatives, file)
    return Register(tuple(initiatives))


def _initiative(row: Any, place: str) -> Initiative:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"].strip():
        raise InputError(f"{place}: an object with a non-empty string 'name' is expected, got {row!r:.60}")
    unknown = sorted(set(row) - set(_FIELDS))
    if unknown:
        raise InputError(f"{place} ({row['name']}): unknown {', '.join(unknown)}; known are {', '.join(_FIELDS)}")
    start, end = _dates(row, place)
    return Initiative(row["name"], _words(row, "aliases", place), _words(row, "members", place), start, end)


def _words(row: dict[str, Any], name: str, place: str) -> tuple[str, ...]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise InputError(f"{place} ({row['name']}): {name} must be a list of non-empty strings, got {values!r:.60}")
    return tuple(values)


def _dates(row: dict[str, Any], place: str) -> tuple[str | None, str | None]:
    dates = row.get("dates") or {}
    if not isinstance(dates, dict) or set(dates) - set(_DATES):
        raise InputError(f"{place} ({row['name']}): dates must be an object with start and end, got {dates!r:.60}")
    for value in dates.values():
        if value is not None and not (isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){0,2}", value)):
            raise InputError(f"{place} ({row['name']}): a date is a string like 2022 or 2022-10-13, got {value!r}")
    return dates.get("start"), dates.get("end")


def _check_names(initiatives: Sequence[Initiative], file: Path) -> None:
    """Refuse a name that stands for two initiatives."""
    owners: dict[str, int] = {}
    for number, entry in enumerate(initiatives, 1):
        for alias in {_plain(alias): alias for alias in (entry.name, *entry.aliases)}.values():
            first = owners.setdefault(_plain(alias), number)
            if first != number:
                raise InputError(f"{file}, entry {number} ({entry.name}): {alias!r} also names entry {first}")


def _plain(words: str) -> str:
    return _LEADING.sub("", " ".join(words.split())).replace("’", "'").lower()


def _head(words: str) -> str:
    plain = _plain(words).split()
    return plain[-1] if plain else ""


def _is_short(words: str) -> bool:
    return len(_plain(words).split()) == 1
