"""The accurate model's encoder: passages in; scores, spans, vectors and evidence out. No torch.

Needs onnxruntime and tokenizers (``pip install "stancelib[accurate]"``), imported when the first
:class:`Encoder` is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, MissingExtraError, ModelFolderError
from .records import SENTIMENTS, STANCES
from .tokens import check_texts

__all__ = ["WIDTH", "Encoded", "Encoder", "WordWeight", "open_encoder"]

FILES = ("encoder.onnx", "tokenizer.json", "encoder.json")
"""What a folder with an encoder holds."""

FORMAT = 1
"""The newest ``encoder.json`` that this version reads."""

WIDTH = 384
"""Numbers in a vector."""

OUTSIDE, BEGIN, INSIDE = range(3)
"""Tags of the holder and initiative heads."""

NAMED_KINDS = frozenset({"person", "office", "state", "organisation"})
"""Kinds of the model that :data:`stancelib.records.HOLDER_KINDS` sums up as ``named``."""

Floats = NDArray[np.float32]
Offsets = tuple[int, int]


class WordWeight(NamedTuple):
    """A word, in characters of the passage (end exclusive), and what it adds to a stance's log-odds."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder finds in n passages, in their order.

    ``stance`` has shape (n, 4) and ``sentiment`` (n, 3): logits whose softmax is calibrated (the
    temperatures are applied already), columns as in :mod:`stancelib.records`. ``vectors`` has shape
    (n, 384) and serves to train other heads. ``holders`` and ``initiatives`` are offsets in
    characters of the passage, end exclusive, or None. ``holder_kinds`` are ``named``, ``group``,
    ``author`` or None.
    """

    stance: Floats
    sentiment: Floats
    vectors: Floats
    holders: tuple[Offsets | None, ...]
    initiatives: tuple[Offsets | None, ...]
    holder_kinds: tuple[str | None, ...]


class _Window(NamedTuple):
    """A stretch of a passage's tokens that fits the model, and the part of it that counts."""

    passage: int
    tokens: list[int]
    start: int
    own: slice


class Encoder:
    """Reads passages with an ONNX encoder.

    Parameters
    ----------
    model : bytes
        The content of ``encoder.onnx``.
    tokenizer : bytes
        The content of ``tokenizer.json``.
    settings : mapping
        The content of ``encoder.json``: window, temperatures, holder kinds.
    threads : int, optional
        Threads of onnxruntime; by default it uses one per core.
    batch_size : int, default=32
        Sequences computed at once. It changes the speed and the memory, never the labels.

    Raises
    ------
    MissingExtraError
        If onnxruntime or tokenizers is not installed.
    ModelFolderError
        If the settings have a newer format.

    See Also
    --------
    open_encoder : reads the three files from a folder.
    """

    def __init__(
        self,
        model: bytes,
        tokenizer: bytes,
        settings: Mapping[str, Any],
        *,
        threads: int | None = None,
        batch_size: int = 32,
    ) -> None:
        if batch_size < 1:
            raise InputError(f"batch_size is {batch_size}; give 1 or more")
        if settings["format"] > FORMAT:
            raise ModelFolderError(
                f"the encoder has format {settings['format']}, newer than {FORMAT}: update stancelib"
            )
        self.settings = dict(settings)
        self.batch_size = batch_size
        self._tokenizer = _open_tokenizer(tokenizer)
        self._session = _open_session(model, threads)
        self._outputs = [output.name for output in self._session.get_outputs()]

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Scores, spans and vectors of passages.

        Parameters
        ----------
        texts : sequence of str
            Passages of any length; long ones are read in overlapping windows.

        Returns
        -------
        Encoded
            One entry per text, in the same order.

        Raises
        ------
        TextTypeError
            If ``texts`` is a lone string or holds something that is not a string.
        """
        encodings = self._tokenize(texts)
        found = self._score([encoding.ids for encoding in encodings])
        temperatures = self.settings["temperatures"]
        holders = [_find_span(tags, encoding) for tags, encoding in zip(found["holder"], encodings, strict=True)]
        initiatives = [
            _find_span(tags, encoding) for tags, encoding in zip(found["initiative"], encodings, strict=True)
        ]
        kinds = [self._kind(row, holder is not None) for row, holder in zip(found["kind"], holders, strict=True)]
        return Encoded(
            stance=_table(found["stance"], len(STANCES), temperatures["stance"]),
            sentiment=_table(found["sentiment"], len(SENTIMENTS), temperatures["sentiment"]),
            vectors=_table(found["vectors"], WIDTH),
            holders=tuple(holders),
            initiatives=tuple(initiatives),
            holder_kinds=tuple(kinds),
        )

    def evidence(
        self,
        texts: Sequence[str],
        stances: Sequence[int],
        *,
        words: int = 5,
        candidates: int = 20,
        head: Callable[[Floats], Any] | None = None,
    ) -> list[list[WordWeight]]:
        """The words that moved each passage's stance, strongest first.

        A word's weight is the fall of the stance's log-odds when the word is masked. Only the words
        with the largest share in the score are tried: the score is a mean over tokens, so these
        shares come with it. The shares are those of the encoder's own stances; with another head,
        a word counts by its largest share in any of them.

        Parameters
        ----------
        texts : sequence of str
            Passages.
        stances : sequence of int
            For each passage, the column of the stance to explain.
        words : int, default=5
            Most words returned per passage.
        candidates : int, default=20
            Words tried per passage; each costs one more sequence to compute.
        head : callable, optional
            From vectors, shape (n, 384), to calibrated scores, shape (n, n_stances). Default: the
            encoder's own stance head.

        Returns
        -------
        list of list of WordWeight
            Empty lists for passages without words.
        """
        encodings = self._tokenize(texts)
        found = self._score([encoding.ids for encoding in encodings])
        chosen = [
            _candidates(encoding, _leads(shares, stance if head is None else None), candidates)
            for encoding, shares, stance in zip(encodings, found["token_stance"], stances, strict=True)
        ]
        masked = [
            self._masked(encoding.ids, word)
            for encoding, group in zip(encodings, chosen, strict=True)
            for word in group
        ]
        rest = iter(self._stances(self._score(masked), head))
        weights = []
        for encoding, group, row, stance in zip(encodings, chosen, self._stances(found, head), stances, strict=True):
            full = _log_odds(row, stance)
            parts = [WordWeight(*_offsets(encoding, word), full - _log_odds(next(rest), stance)) for word in group]
            weights.append(sorted(parts, key=lambda part: -abs(part.weight))[:words])
        return weights

    def _tokenize(self, texts: Sequence[str]) -> list[Any]:
        encodings: list[Any] = self._tokenizer.encode_batch(check_texts(texts), add_special_tokens=False)
        return encodings

    def _score(self, passages: list[list[int]]) -> dict[str, list[Any]]:
        """Rows of every output by passage, token outputs without the two framing tokens."""
        windows = [window for number, ids in enumerate(passages) for window in self._windows(number, ids)]
        windows.sort(key=lambda window: len(window.tokens))
        parts: list[list[tuple[_Window, dict[str, Floats]]]] = [[] for _ in passages]
        for first in range(0, len(windows), self.batch_size):
            batch = windows[first : first + self.batch_size]
            for window, rows in zip(batch, self._run([window.tokens for window in batch]), strict=True):
                parts[window.passage].append((window, rows))
        return {name: [_join(part, name) for part in parts] for name in self._outputs}

    def _windows(self, passage: int, ids: list[int]) -> Iterator[_Window]:
        room = self.settings["window"] - 2
        step = room - self.settings["overlap"]
        if len(ids) <= room:
            yield _Window(passage, ids, 0, slice(0, len(ids)))
            return
        starts = [*range(0, len(ids) - room, step), len(ids) - room]
        middles = [(start + room + following) // 2 for start, following in pairwise(starts)]
        for start, first, last in zip(starts, [0, *middles], [*middles, len(ids)], strict=True):
            yield _Window(passage, ids[start : start + room], start, slice(first - start, last - start))

    def _run(self, sequences: list[list[int]]) -> Iterator[dict[str, Floats]]:
        ids = np.zeros((len(sequences), max(map(len, sequences)) + 2), np.int32)
        mask = np.zeros_like(ids)
        first, last = self.settings["frame"]
        for row, tokens in enumerate(sequences):
            ids[row, : len(tokens) + 2] = [first, *tokens, last]
            mask[row, : len(tokens) + 2] = 1
        arrays = dict(zip(self._outputs, self._session.run(None, {"ids": ids, "mask": mask}), strict=True))
        for row, tokens in enumerate(sequences):
            yield {
                name: array[row] if array.ndim == 2 else array[row, 1 : len(tokens) + 1]
                for name, array in arrays.items()
            }

    def _masked(self, ids: list[int], word: slice) -> list[int]:
        return [*ids[: word.start], *[self.settings["mask"]] * (word.stop - word.start), *ids[word.stop :]]

    def _stances(self, found: dict[str, list[Any]], head: Callable[[Floats], Any] | None) -> Any:
        """Calibrated stance scores of passages, by the given head or the encoder's own."""
        if head is None:
            return _table(found["stance"], len(STANCES), self.settings["temperatures"]["stance"])
        return head(_table(found["vectors"], WIDTH))

    def _kind(self, row: Floats, has_span: bool) -> str | None:
        """The kind that fits the span: named or group with one, author or None without."""
        names = self.settings["holder_kinds"]
        named = np.logaddexp.reduce([score for name, score in zip(names, row, strict=True) if name in NAMED_KINDS])
        score = dict(zip(names, row, strict=True))
        if has_span:
            return "named" if named >= score["group"] else "group"
        return "author" if score["author"] > score["none"] else None


def open_encoder(folder: str | Path, *, threads: int | None = None, batch_size: int = 32) -> Encoder:
    """The encoder of a folder with ``encoder.onnx``, ``tokenizer.json`` and ``encoder.json``.

    Parameters
    ----------
    folder : str or Path
        Its digests are the business of the model folder that contains it.
    threads, batch_size : int, optional
        As in :class:`Encoder`.

    Raises
    ------
    ModelFolderError
        If a file is missing.
    """
    paths = [Path(folder) / name for name in FILES]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise ModelFolderError(f"{folder} lacks {', '.join(missing)}: it holds no complete encoder")
    model, tokenizer, settings = (path.read_bytes() for path in paths)
    return Encoder(model, tokenizer, json.loads(settings), threads=threads, batch_size=batch_size)


def _open_tokenizer(content: bytes) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtraError("tokenizers", "accurate") from error
    tokenizer = Tokenizer.from_buffer(content)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _open_session(model: bytes, threads: int | None) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError("onnxruntime", "accurate") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _table(rows: list[Floats], width: int, temperature: float = 1.0) -> Floats:
    return np.asarray(np.reshape(rows, (-1, width)) / temperature, dtype=np.float32)


def _join(parts: list[tuple[_Window, dict[str, Floats]]], name: str) -> Floats:
    """One row from the windows of a passage: token rows side by side, others as a weighted mean."""
    if len(parts) == 1:
        return parts[0][1][name]
    parts = sorted(parts, key=lambda part: part[0].start)
    rows = [row[name] for _, row in parts]
    if rows[0].ndim == 2:
        return np.concatenate([row[window.own] for (window, _), row in zip(parts, rows, strict=True)])
    weights = [window.own.stop - window.own.start for window, _ in parts]
    return np.average(rows, axis=0, weights=weights).astype(np.float32)


def _find_span(tags: Floats, encoding: Any) -> Offsets | None:
    """The surest span of a passage, widened to whole words."""
    best = tags.argmax(1)
    begins = np.flatnonzero(best == BEGIN)
    if not len(begins):
        return None
    first = int(begins[np.argmax(tags[begins, BEGIN] - tags[begins, OUTSIDE])])
    last = first + 1
    while last < len(best) and best[last] == INSIDE:
        last += 1
    words = encoding.word_ids
    while first and words[first - 1] == words[first]:
        first -= 1
    while last < len(words) and words[last] == words[last - 1]:
        last += 1
    return _offsets(encoding, slice(first, last))


def _offsets(encoding: Any, tokens: slice) -> Offsets:
    return encoding.offsets[tokens.start][0], encoding.offsets[tokens.stop - 1][1]


def _log_odds(scores: Floats, stance: int) -> float:
    return float(scores[stance] - np.logaddexp.reduce(np.delete(scores, stance)))


def _leads(shares: Floats, stance: int | None) -> Floats:
    """Each token's share in a stance's score above the mean share, in a column; for None, of all stances."""
    leads: Floats = shares - shares.mean(1, keepdims=True)
    return leads if stance is None else leads[:, [stance]]


def _candidates(encoding: Any, leads: Floats, most: int) -> list[slice]:
    """Token slices of the words with the largest lead in any of the columns."""
    starts = [i for i, word in enumerate(encoding.word_ids) if not i or word != encoding.word_ids[i - 1]]
    words = [slice(first, last) for first, last in zip(starts, [*starts[1:], len(encoding.ids)], strict=False)]
    words = [word for word in words if any(token.lstrip("#").isalnum() for token in encoding.tokens[word])]
    return sorted(words, key=lambda word: -float(np.abs(leads[word].sum(0)).max()))[:most]
