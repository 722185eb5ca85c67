"""The encoder on real model files: offsets, order, windows, evidence, errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import stancelib
from stancelib.errors import InputError, MissingExtraError, ModelFolderError, TextTypeError

FOLDER = Path(os.environ.get("STANCELIB_ENCODER", Path(stancelib.__file__).parent / "models" / "accurate"))

PASSAGES = [
    "Our navy will provide two frigates to the escort mission from May, the Dutch minister said.",
    "“Any vessel of this so-called escort is a legitimate target,” the ministry in Sanaa warned.",
    "Lisbon shares the goal but will not commit ships until parliament has seen the rules, Mr. Šadžius said.",
    "Defence chiefs meet in The Hague on Tuesday.",
    "",
]
LONG = " ".join(PASSAGES[:4] * 12)


@pytest.fixture(scope="module")
def encoder():
    pytest.importorskip("onnxruntime", reason="needs pip install 'stancelib[accurate]'")
    pytest.importorskip("tokenizers", reason="needs pip install 'stancelib[accurate]'")
    from stancelib.encoder import open_encoder

    return open_encoder(FOLDER, threads=2)


def test_shapes_follow_the_number_of_passages(encoder):
    found = encoder.encode(PASSAGES)
    assert found.stance.shape == (5, 4)
    assert found.sentiment.shape == (5, 3)
    assert found.vectors.shape == (5, 384)
    assert len(found.holders) == len(found.initiatives) == len(found.holder_kinds) == 5


def test_no_passages_give_empty_tables(encoder):
    found = encoder.encode([])
    assert found.stance.shape == (0, 4)
    assert found.vectors.shape == (0, 384)


def test_plain_commitment_is_supportive_and_threat_opposed(encoder):
    assert encoder.encode(PASSAGES[:2]).stance.argmax(1).tolist() == [0, 2]


def test_spans_are_words_of_the_passage(encoder):
    found = encoder.encode(PASSAGES)
    start, end = found.initiatives[0]
    assert PASSAGES[0][start:end] == "the escort mission"
    assert PASSAGES[0][slice(*found.holders[0])] == "the Dutch minister"
    assert found.holder_kinds[0] == "named"


def test_spans_keep_the_offsets_of_accented_text(encoder):
    text = "Le “Gärtner” Šadžius — " + PASSAGES[0]
    start, end = encoder.encode([text]).initiatives[0]
    assert text[start:end] == "the escort mission"


def test_scores_do_not_depend_on_order_or_company(encoder):
    together = encoder.encode(PASSAGES).stance
    assert np.allclose(encoder.encode(PASSAGES[::-1]).stance[::-1], together, atol=1e-5)
    alone = np.concatenate([encoder.encode([text]).stance for text in PASSAGES])
    assert np.allclose(alone, together, atol=1e-5)


def test_long_passages_are_read_to_their_end(encoder):
    text = "Nothing new. " * 100
    ending = text + "The force is a reckless provocation and must be stopped, the opposition leader said."
    assert encoder.encode([ending]).stance[0, 2] > encoder.encode([text]).stance[0, 2]


def test_windows_cover_each_token_once(encoder):
    for length in (1, 157, 158, 159, 300, 1000):
        windows = list(encoder._windows(0, list(range(length))))
        own = [token for window in windows for token in window.tokens[window.own]]
        assert own == list(range(length))


def test_evidence_names_words_of_the_passage(encoder):
    (words,) = encoder.evidence(PASSAGES[1:2], [2])
    found = [PASSAGES[1][word.start : word.end] for word in words]
    assert 1 <= len(found) <= 5
    assert set(found) <= set(PASSAGES[1].replace("“", " ").replace("-", " ").replace(",", " ").split())
    assert words[0].weight > 0


def test_evidence_of_an_empty_passage_is_empty(encoder):
    assert encoder.evidence(["", LONG], [0, 1])[0] == []


@pytest.mark.parametrize("texts", ["one passage", [3]], ids=["lone string", "number"])
def test_wrong_texts_are_refused(encoder, texts):
    with pytest.raises(TextTypeError, match="text"):
        encoder.encode(texts)


def test_incomplete_folder_is_refused(tmp_path):
    from stancelib.encoder import open_encoder

    with pytest.raises(ModelFolderError, match=r"lacks encoder.onnx, tokenizer.json, encoder.json"):
        open_encoder(tmp_path)


def test_batch_size_must_be_positive():
    from stancelib.encoder import Encoder

    with pytest.raises(InputError, match="give 1 or more"):
        Encoder(b"", b"", {"format": 1}, batch_size=0)


def test_newer_format_is_refused():
    from stancelib.encoder import Encoder

    with pytest.raises(ModelFolderError, match="update stancelib"):
        Encoder(b"", b"", {"format": 99})


@pytest.mark.parametrize("package", ["tokenizers", "onnxruntime"])
def test_missing_extra_gives_the_pip_line(monkeypatch, package):
    from stancelib.encoder import open_encoder

    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancelib\[accurate\]'"):
        open_encoder(FOLDER)
