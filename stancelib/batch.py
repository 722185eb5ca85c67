"""Files in, labelled passages out: text, HTML, JSONL and standard input; JSONL, CSV, Parquet."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from .errors import InputError, MissingExtraError
from .records import Article, LabeledPassage

__all__ = ["SCHEMA", "article_files", "output_format", "output_row", "read_articles", "write_rows"]

SCHEMA = 1
"""Version of the output line."""

STDIN = "-"
TEXT_SUFFIXES = (".txt", ".text", ".md")
HTML_SUFFIXES = (".html", ".htm")
INPUT_SUFFIXES = (*TEXT_SUFFIXES, *HTML_SUFFIXES, ".jsonl")

ROW_GROUP = 10_000
"""Rows that are written to Parquet at once."""

_ABOUT = ("title", "date", "source")
_COLUMNS = ("schema", "article", *_ABOUT, *LabeledPassage.__dataclass_fields__, "model", "model_digest")
_BLOCKS = ["h1", "h2", "h3", "h4", "p", "div", "section", "li", "blockquote", "figcaption", "td", "header"]


def article_files(paths: Iterable[str], output: str | None = None) -> list[str]:
    """The files that paths stand for: folders are searched for articles, ``-`` is standard input.

    Parameters
    ----------
    paths : iterable of str
    output : str, optional
        File that will be written; it is left out where a folder holds it.

    Returns
    -------
    list of str
        An empty folder stands for itself, so that reading it says what is wrong.

    Raises
    ------
    InputError
        When a path is the output itself.
    """
    written = Path(output).resolve() if output else None
    found: list[str] = []
    for path in paths:
        if path != STDIN and written == Path(path).resolve():
            raise InputError(f"{path} is both input and output; give another output")
        if path == STDIN or not Path(path).is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in Path(path).rglob("*") if file.suffix.lower() in INPUT_SUFFIXES)
        articles = [str(file) for file in inside if file.is_file() and file.resolve() != written]
        found += articles or [path]
    return found


def read_articles(path: str, faults: list[str], stdin: IO[bytes] | None = None) -> Iterator[Article]:
    """The articles of one file.

    Parameters
    ----------
    path : str
        Plain text in UTF-8, HTML (needs the extra ``html``), JSONL with a field ``text`` (and
        ``title``, ``date``, ``source``, ``id`` if any), or ``-``.
    faults : list of str
        Gets a message, with file and line, for each article that cannot be read.
    stdin : binary file, optional
        Read for ``-``.

    Yields
    ------
    Article
        Its ``id`` is the given one, else the path (and line).
    """
    try:
        text = _content(path, stdin).decode("utf-8-sig")
        suffix = Path(path).suffix.lower()
        if suffix == ".jsonl":
            yield from _jsonl_articles(path, text, faults)
        elif suffix in HTML_SUFFIXES:
            yield Article(_html_text(text), id=path)
        else:
            yield Article(text, id=path)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(f"{path}:{line}: not UTF-8 ({error.reason}); save the file as UTF-8")
    except (OSError, MissingExtraError) as error:
        faults.append(str(error) if path in str(error) else f"{path}: {error}")


def _content(path: str, stdin: IO[bytes] | None) -> bytes:
    if path == STDIN:
        if stdin is None:
            raise OSError("standard input is closed")
        return stdin.read()
    if Path(path).is_dir():
        raise OSError(f"{path} holds no article: no file ending in {', '.join(INPUT_SUFFIXES)}")
    return Path(path).read_bytes()


def output_row(article: Article, passage: LabeledPassage, model: str, digest: str) -> dict[str, Any]:
    """One output line: the passage, the article it is from and the model that labelled it."""
    row: dict[str, Any] = {"schema": SCHEMA, "article": article.id}
    for name in _ABOUT:
        if getattr(article, name) is not None:
            row[name] = getattr(article, name)
    return row | passage.to_dict() | {"model": model, "model_digest": digest}


def output_format(path: str) -> str:
    """The format that an output path asks for: its ending, without the dot.

    Raises
    ------
    InputError
        When it is none of the known ones.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _WRITERS:
        raise InputError(f"{path}: output ends in {', '.join(_WRITERS)}, got {suffix or 'no ending'!r}")
    return suffix


def write_rows(path: str, rows: Iterable[dict[str, Any]]) -> int:
    """Write output lines to a file, which appears only when it is complete.

    Parameters
    ----------
    path : str
        Ends in ``.jsonl``, ``.csv`` or ``.parquet`` (needs the extra ``parquet``).
    rows : iterable of dict
        From `output_row`.

    Returns
    -------
    int
        Number of rows written.
    """
    write = _WRITERS[output_format(path)]
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    os.close(handle)
    try:
        count = write(name, rows)
        Path(name).chmod(0o644)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def json_line(row: dict[str, Any]) -> str:
    """The row as one line of JSON; lone surrogates, which UTF-8 cannot hold, are escaped."""
    line = json.dumps(row, ensure_ascii=False)
    return line if line.isascii() or _encodable(line) else json.dumps(row)


def _encodable(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _jsonl_articles(path: str, text: str, faults: list[str]) -> Iterator[Article]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.append(f"{path}:{number}: not valid JSON ({error})")
            continue
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            faults.append(f"{path}:{number}: a JSON object with a string 'text' is expected")
            continue
        known = {name: str(row[name]) for name in (*_ABOUT, "id") if row.get(name) is not None}
        yield Article(row["text"], **{"id": f"{path}:{number}", **known})


def _html_text(html: str) -> str:
    """The text of a page, one line per block; offsets of its passages point into this text."""
    try:
        from bs4 import BeautifulSoup
    except ImportError:
        raise MissingExtraError("beautifulsoup4", "html") from None
    soup = BeautifulSoup(html, "html.parser")
    for part in soup(["script", "style", "nav", "footer", "aside", "form", "noscript"]):
        part.decompose()
    for line_break in soup("br"):
        line_break.replace_with("\n")
    body = soup.find("article") or soup.find("main") or soup.body or soup
    for block in body.find_all(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    lines = (" ".join(line.split()) for line in body.get_text().split("\n"))
    return "\n".join(line for line in lines if line)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row for tables, always with the same columns: lists as JSON, spans as their words."""
    flat: dict[str, Any] = {}
    for name, value in {**dict.fromkeys(_COLUMNS), **row}.items():
        if name in ("probabilities", "sentiment_probabilities"):
            prefix = "p_" if name == "probabilities" else "p_sentiment_"
            flat |= {prefix + label: share for label, share in (value or {}).items()}
        elif name in ("holder", "initiative"):
            flat[name] = value["text"] if value else None
            flat |= {f"{name}_{edge}": value[edge] if value else None for edge in ("start", "end")}
        else:
            flat[name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return {name: _writable(value) for name, value in flat.items()}


def _writable(value: Any) -> Any:
    """Text without lone surrogates, which UTF-8 cannot hold: they are written as escapes."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _write_jsonl(path: str, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json_line(row) + "\n")
            count += 1
    return count


def _write_csv(path: str, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        for flat in map(_flat, rows):
            if not count:
                writer = csv.DictWriter(file, list(flat))
                writer.writeheader()
            writer.writerow(flat)
            count += 1
        if not count:
            csv.DictWriter(file, list(_flat({}))).writeheader()
    return count


def _write_parquet(path: str, rows: Iterable[dict[str, Any]]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet") from None
    count = 0
    flat = map(_flat, rows)
    group = list(islice(flat, ROW_GROUP))
    columns = group[0] if group else _flat({})
    schema = pyarrow.schema([(name, _parquet_type(pyarrow, name)) for name in columns])
    with parquet.ParquetWriter(path, schema) as writer:
        while group or not count:
            writer.write_table(pyarrow.Table.from_pylist(group, schema))
            count += len(group)
            if not group:
                break
            group = list(islice(flat, ROW_GROUP))
    return count


def _parquet_type(pyarrow: Any, name: str) -> Any:
    if name == "abstained":
        return pyarrow.bool_()
    if name == "probability" or name.startswith("p_"):
        return pyarrow.float64()
    whole = name == "schema" or name.endswith(("start", "end"))
    return pyarrow.int64() if whole else pyarrow.string()


_WRITERS: dict[str, Callable[[str, Iterable[dict[str, Any]]], int]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
