"""The accurate model: the encoder as a model of the labeler, with holder and initiative."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .encoder import FILES, Encoded, Encoder
from .errors import ModelFolderError
from .lexicons import FUNCTION_WORDS
from .model_folder import ModelFolder
from .records import SENTIMENTS, STANCES, Evidence, HolderKind, Span
from .scores import Finding, Floats, Scores, softmax
from .tokens import check_texts, normalize, token_texts

__all__ = ["KIND", "AccurateModel"]

KIND = "encoder"
"""Kind of the model folders that hold such a model."""


class AccurateModel:
    """Scores passages with an encoder.

    Parameters
    ----------
    encoder : Encoder
    files : mapping of str to bytes
        The encoder's files, kept for saving.
    """

    stances = STANCES
    sentiments = SENTIMENTS

    def __init__(self, encoder: Encoder, files: Mapping[str, bytes]) -> None:
        self.encoder = encoder
        self.files = dict(files)

    @classmethod
    def from_folder(cls, content: ModelFolder) -> AccurateModel:
        """The model that a verified model folder holds.

        Raises
        ------
        ModelFolderError
            When one of the encoder's files is missing.
        MissingExtraError
            When onnxruntime or tokenizers is not installed.
        """
        missing = sorted(set(FILES) - set(content.files))
        if missing:
            raise ModelFolderError(f"{content.path} lacks {', '.join(missing)}: it holds no complete encoder")
        files = {name: content.files[name] for name in FILES}
        model, tokenizer, settings = (files[name] for name in FILES)
        return cls(Encoder(model, tokenizer, json.loads(settings)), files)

    def to_folder(self, settings: Mapping[str, Any], files: Mapping[str, bytes]) -> ModelFolder:
        """The content of a model folder, not yet written."""
        return ModelFolder(KIND, dict(settings), {}, {**self.files, **files})

    def scores(self, texts: Sequence[str]) -> Scores:
        """Probabilities of stances and sentiments, one row per passage."""
        passages = check_texts(texts)
        return _scores(passages, self.encoder.encode(passages))

    def explain(self, texts: Sequence[str]) -> tuple[Scores, list[Finding]]:
        """Scores, and in each passage the words that moved the stance, its holder and its initiative."""
        passages = check_texts(texts)
        encoded = self.encoder.encode(passages)
        scores = _scores(passages, encoded)
        evidence = self.encoder.evidence(passages, scores.stances.argmax(axis=1).tolist())
        findings = []
        for number, (passage, words) in enumerate(zip(passages, evidence, strict=True)):
            neutral = STANCES[int(scores.stances[number].argmax())] == "neutral"
            findings.append(
                Finding(
                    tuple(Evidence(start, end, passage[start:end], weight) for start, end, weight in words),
                    None if neutral else _span(passage, encoded.holders[number]),
                    None if neutral else _kind(encoded, number),
                    _span(passage, encoded.initiatives[number]),
                )
            )
        return scores, findings


def _scores(passages: list[str], encoded: Encoded) -> Scores:
    tokens = [token_texts(normalize(passage)) for passage in passages]
    common = [sum(token in FUNCTION_WORDS for token in words) / max(len(words), 1) for words in tokens]
    return Scores(
        _probabilities(encoded.stance),
        _probabilities(encoded.sentiment),
        np.array(common, dtype=np.float64),
        np.array([len(words) for words in tokens], dtype=np.int64),
    )


def _probabilities(logits: Any) -> Floats:
    rows = np.asarray(logits, dtype=np.float64)
    return softmax(rows) if len(rows) else rows


def _span(passage: str, offsets: tuple[int, int] | None) -> Span | None:
    return Span(*offsets, passage[slice(*offsets)]) if offsets else None


def _kind(encoded: Encoded, number: int) -> HolderKind | None:
    kind: Any = encoded.holder_kinds[number]
    return kind  # type: ignore[no-any-return]
