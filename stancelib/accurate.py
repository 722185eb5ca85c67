"""The accurate model: the encoder as a model of the labeler, with holder and initiative."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .attribution import Attribution
from .corpus import AUTHOR
from .encoder import FILES, WIDTH, Encoded, Encoder
from .errors import ModelFolderError
from .lexicons import english_balance
from .model_folder import ModelFolder
from .records import NO_STANCE, SENTIMENTS, STANCES, Evidence, HolderKind, Span
from .resolution import whole_name
from .scores import Finding, Floats, Scores, softmax
from .tokens import check_texts, normalize, token_texts

__all__ = ["HEADS", "KIND", "AccurateModel", "Head"]

KIND = "encoder"
"""Kind of the model folders that hold such a model."""

HEADS = ("stance", "sentiment")
"""Heads that a model may bring along in place of the encoder's own."""


class Head(NamedTuple):
    """A linear head on the encoder's vectors; the softmax of its scores is calibrated.

    ``weights`` has shape (n_classes, 385); its last column is the intercept.
    """

    classes: tuple[str, ...]
    weights: Floats

    def scores(self, vectors: Any) -> Floats:
        """Scores of shape (n_passages, n_classes), columns as ``classes``."""
        return np.asarray(np.asarray(vectors, np.float64) @ self.weights[:, :-1].T + self.weights[:, -1])


NAMELESS = frozenset("a an the such this that these those its their his her our some any of to in".split())
"""Words that name neither a holder nor an initiative."""


class AccurateModel:
    """Scores passages with an encoder.

    Parameters
    ----------
    encoder : Encoder
    files : mapping of str to bytes
        The encoder's files, kept for saving.
    heads : mapping of str to Head, optional
        By ``"stance"`` and ``"sentiment"``: used in place of the encoder's own.
    """

    def __init__(self, encoder: Encoder, files: Mapping[str, bytes], heads: Mapping[str, Head] | None = None) -> None:
        self.encoder = encoder
        self.files = dict(files)
        self.heads = dict(heads or {})
        self.stances = self.heads["stance"].classes if "stance" in self.heads else STANCES
        self.sentiments = self.heads["sentiment"].classes if "sentiment" in self.heads else SENTIMENTS

    @classmethod
    def from_folder(cls, content: ModelFolder) -> AccurateModel:
        """The model that a verified model folder holds.

        Raises
        ------
        ModelFolderError
            When one of the encoder's files is missing or a head does not fit its classes.
        MissingExtraError
            When onnxruntime or tokenizers is not installed.
        """
        missing = sorted(set(FILES) - set(content.files))
        if missing:
            raise ModelFolderError(f"{content.path} lacks {', '.join(missing)}: it holds no complete encoder")
        files = {name: content.files[name] for name in FILES}
        model, tokenizer, settings = (files[name] for name in FILES)
        return cls(Encoder(model, tokenizer, json.loads(settings)), files, _read_heads(content))

    def to_folder(self, settings: Mapping[str, Any], files: Mapping[str, bytes]) -> ModelFolder:
        """The content of a model folder, not yet written."""
        arrays = {f"{name}_head": head.weights for name, head in self.heads.items()}
        classes = {f"{name}_classes": list(head.classes) for name, head in self.heads.items()}
        return ModelFolder(KIND, {**settings, **classes}, arrays, {**self.files, **files})

    def scores(self, texts: Sequence[str]) -> Scores:
        """Probabilities of stances and sentiments, one row per passage."""
        passages = check_texts(texts)
        return self._scores(passages, self.encoder.encode(passages))

    def explain(self, texts: Sequence[str], *, holders: bool = True) -> tuple[Scores, list[Finding]]:
        """Scores, and in each passage the words that moved the stance; with ``holders`` also who takes it, of what."""
        passages = check_texts(texts)
        encoded = self.encoder.encode(passages)
        scores = self._scores(passages, encoded)
        chosen = scores.stances.argmax(axis=1).tolist()
        head = self.heads["stance"].scores if "stance" in self.heads else None
        evidence = self.encoder.evidence(passages, chosen, head=head)
        findings = []
        for number, (passage, words) in enumerate(zip(passages, evidence, strict=True)):
            spans = tuple(Evidence(start, end, passage[start:end], weight) for start, end, weight in words)
            takes_stance = self.stances[chosen[number]] != NO_STANCE
            named = _attribution(passage, encoded, number, takes_stance) if holders else Attribution()
            findings.append(Finding(spans, *named))
        return scores, findings

    def _scores(self, passages: list[str], encoded: Encoded) -> Scores:
        tokens = [token_texts(normalize(passage)) for passage in passages]
        english = [sum(map(english_balance, words)) for words in tokens]
        scores: dict[str, Any] = {"stance": encoded.stance, "sentiment": encoded.sentiment}
        scores |= {name: head.scores(encoded.vectors) for name, head in self.heads.items()}
        return Scores(
            _probabilities(scores["stance"]),
            _probabilities(scores["sentiment"]),
            np.array(english, dtype=np.float64),
            np.array([len(words) for words in tokens], dtype=np.int64),
        )


def _read_heads(content: ModelFolder) -> dict[str, Head]:
    heads = {}
    for name in HEADS:
        if f"{name}_head" in content.arrays:
            head = Head(tuple(content.settings.get(f"{name}_classes", ())), content.arrays[f"{name}_head"])
            if head.weights.shape != (len(head.classes), WIDTH + 1):
                raise ModelFolderError(
                    f"{content.path}: the {name} head has shape {head.weights.shape}, but {len(head.classes)} classes "
                    f"and {WIDTH + 1} columns are needed; train it anew"
                )
            heads[name] = head
    return heads


def _probabilities(logits: Any) -> Floats:
    rows = np.asarray(logits, dtype=np.float64)
    return softmax(rows) if len(rows) else rows


def _span(passage: str, offsets: tuple[int, int] | None) -> Span | None:
    """The span, unless it names nothing: the heads sometimes stop after an article or "such"."""
    if offsets is None:
        return None
    words = passage[slice(*offsets)]
    named = any(word.isalnum() and word not in NAMELESS for word in token_texts(normalize(words)))
    return whole_name(passage, *offsets) if named else None


def _attribution(passage: str, encoded: Encoded, number: int, takes_stance: bool) -> Attribution:
    initiative = _span(passage, encoded.initiatives[number])
    if not takes_stance:
        return Attribution(initiative=initiative)
    holder, kind = _span(passage, encoded.holders[number]), _kind(encoded, number)
    return Attribution(holder, kind if holder or kind == AUTHOR else None, initiative)


def _kind(encoded: Encoded, number: int) -> HolderKind | None:
    kind: Any = encoded.holder_kinds[number]
    return kind  # type: ignore[no-any-return]
