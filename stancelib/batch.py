"""Files in, labelled passages out: text, HTML, JSONL and standard input; JSONL, CSV, Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
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


def article_files(paths: Iterable[str]) -> list[str]:
    """The files that paths stand for: folders are searched for articles, ``-`` is standard input.

    Raises
    ------
    InputError
        When a folder holds no article.
    """
    found: list[str] = []
    for path in paths:
        if path == STDIN or not Path(path).is_dir():
            found.append(path)
            continue
        inside = sorted(str(file) for file in Path(path).rglob("*") if file.suffix.lower() in INPUT_SUFFIXES)
        if not inside:
            raise InputError(f"{path} holds no article: no file ending in {', '.join(INPUT_SUFFIXES)}")
        found += inside
    return found


def read_articles(path: str, stdin: IO[bytes] | None = None) -> Iterator[Article]:
    """The articles of one file.

    Parameters
    ----------
    path : str
        Plain text in UTF-8, HTML (needs the extra ``html``), JSONL with a field ``text`` (and
        ``title``, ``date``, ``source``, ``id`` if any), or ``-``.
    stdin : binary file, optional
        Read for ``-``.

    Yields
    ------
    Article
        Its ``id`` is the given one, else the path (and line).

    Raises
    ------
    InputError
        When the file is not UTF-8, or a line is no JSON object with a text.
    OSError
        When the file cannot be read.
    """
    raw = stdin.read() if path == STDIN and stdin else Path(path).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: not UTF-8 ({error.reason}); save the file as UTF-8") from None
    suffix = Path(path).suffix.lower()
    if suffix == ".jsonl":
        yield from _jsonl_articles(path, text)
    elif suffix in HTML_SUFFIXES:
        yield Article(_html_text(text), id=path)
    else:
        yield Article(text, id=path)


def output_row(article: Article, passage: LabeledPassage, model: str, digest: str) -> dict[str, Any]:
    """One output line: the passage, the article it is from and the model that labelled it."""
    row: dict[str, Any] = {"schema": SCHEMA, "article": article.id}
    for name in ("title", "date", "source"):
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


def _jsonl_articles(path: str, text: str) -> Iterator[Article]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not valid JSON ({error})") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise InputError(f"{path}:{number}: a JSON object with a string 'text' is expected")
        known = {name: str(row[name]) for name in ("title", "date", "source", "id") if row.get(name) is not None}
        yield Article(row["text"], **{"id": f"{path}:{number}", **known})


def _html_text(html: str) -> str:
    try:
        from bs4 import BeautifulSoup
    except ImportError:
        raise MissingExtraError("beautifulsoup4", "html") from None
    soup = BeautifulSoup(html, "html.parser")
    for part in soup(["script", "style", "nav", "header", "footer", "aside", "form", "noscript"]):
        part.decompose()
    body = soup.find("article") or soup.find("main") or soup.body or soup
    blocks = body.find_all(["h1", "h2", "h3", "p", "li", "blockquote", "figcaption"])
    lines = [" ".join(block.get_text().split()) for block in blocks if not block.find_parent("li")]
    return "\n".join(line for line in lines if line) or soup.get_text("\n", strip=True)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row for tables: lists and dicts as JSON, spans as their words."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("probabilities", "sentiment_probabilities"):
            prefix = "p_" if name == "probabilities" else "p_sentiment_"
            flat |= {prefix + label: share for label, share in value.items()}
        elif name in ("holder", "initiative"):
            flat |= {name: value["text"] if value else None}
            flat |= {f"{name}_{edge}": value[edge] if value else None for edge in ("start", "end")}
        else:
            flat[name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return flat


def _write_jsonl(path: str, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json_line(row) + "\n")
            count += 1
    return count


def _write_csv(path: str, rows: Iterable[dict[str, Any]]) -> int:
    flat = [_flat(row) for row in rows]
    buffer = io.StringIO()
    columns = list(dict.fromkeys(name for row in flat for name in row))
    writer = csv.DictWriter(buffer, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(flat)
    Path(path).write_bytes(buffer.getvalue().encode("utf-8", "backslashreplace"))
    return len(flat)


def _write_parquet(path: str, rows: Iterable[dict[str, Any]]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet") from None
    flat = [_flat(row) for row in rows]
    parquet.write_table(pyarrow.Table.from_pylist(flat), path)
    return len(flat)


_WRITERS: dict[str, Callable[[str, Iterable[dict[str, Any]]], int]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
