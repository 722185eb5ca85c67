"""The accurate model behind the labeler's interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stancelib
from stancelib import Labeler, ModelFolderError
from stancelib.accurate import AccurateModel, _span
from stancelib.model_folder import ModelFolder, read_model_folder

FOLDER = Path(stancelib.__file__).parent / "models" / "accurate"
TEXT = "Our navy will provide two frigates to the escort mission from May, the Dutch minister said."


@pytest.fixture(scope="module")
def accurate() -> Labeler:
    pytest.importorskip("onnxruntime", reason="needs pip install 'stancelib[accurate]'")
    pytest.importorskip("tokenizers", reason="needs pip install 'stancelib[accurate]'")
    return stancelib.load("accurate")


def test_every_offset_points_into_the_article(accurate: Labeler, article: str) -> None:
    for passage in accurate.label(article):
        spans = [passage, *passage.evidence, *filter(None, [passage.holder, passage.initiative])]
        assert all(article[span.start : span.end] == span.text for span in spans)
        assert sum(passage.probabilities.values()) == pytest.approx(1.0)


def test_it_gives_the_same_records_as_the_fast_model(accurate: Labeler, labeler: Labeler) -> None:
    assert accurate.classes_.tolist() == labeler.classes_.tolist()
    assert set(accurate.label(TEXT)[0].to_dict()) == set(labeler.label(TEXT)[0].to_dict())
    assert accurate.predict_proba([TEXT] * 3).shape == (3, 4)
    assert accurate.predict_proba([TEXT]).dtype == np.float64


def test_a_plain_commitment_is_supportive_and_its_initiative_is_found(accurate: Labeler) -> None:
    passage = accurate.label(TEXT)[0]
    assert passage.stance == "supportive"
    assert passage.initiative is not None
    assert "escort mission" in passage.initiative.text


def test_a_span_that_names_nothing_is_left_out() -> None:
    assert _span("Such a coalition", (0, 6)) is None
    assert _span("Such a coalition", (5, 16)) == (5, 16, "a coalition")
    assert _span("EU", None) is None


def test_no_passages_and_empty_articles(accurate: Labeler) -> None:
    assert accurate.predict_proba([]).shape == (0, 4)
    assert accurate.label("") == []


def test_it_abstains_like_the_fast_model(accurate: Labeler) -> None:
    assert str(accurate.label("Ukraine's role")[0].reason).startswith("too short")


def test_saved_and_loaded_it_is_the_same(accurate: Labeler, tmp_path: Path) -> None:
    stancelib.save(accurate, tmp_path / "copy")
    np.testing.assert_array_equal(
        stancelib.load(tmp_path / "copy").predict_proba([TEXT]), accurate.predict_proba([TEXT])
    )


def test_a_folder_without_the_encoder_is_refused(accurate: Labeler) -> None:
    content = read_model_folder(FOLDER)
    files = {name: data for name, data in content.files.items() if name != "encoder.onnx"}
    with pytest.raises(ModelFolderError, match=r"lacks encoder\.onnx"):
        AccurateModel.from_folder(ModelFolder(content.kind, content.settings, {}, files))


def test_the_bundled_model_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 30_000_000
