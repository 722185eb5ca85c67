"""The encoder's vectors in scikit-learn, and models of your own on them."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_get_params_invariance,
    check_mixin_order,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
)

import stancelib
from stancelib import Corpus, EncoderFeatures, Example, InputError, Labeler, MissingExtraError, ModelFolderError
from stancelib.accurate import AccurateModel, Head, _span
from stancelib.model_folder import read_model_folder, write_model_folder
from stancelib.regression import ordered_classes
from stancelib.scores import softmax

MODELS = Path(stancelib.__file__).parent / "models"
FOLDER = Path(os.environ.get("STANCELIB_ENCODER", MODELS / "accurate"))

PRO = [
    "Norway will send two frigates to the escort mission.",
    "Lisbon backs the pact and will pay its share.",
    "The force is exactly what the strait needs, the harbour master said.",
    "We welcome the patrol and thank its crews, the minister wrote.",
    "Tallinn pledged forty engineers to the training mission.",
    "Her party praised the treaty as a guarantee of peace.",
    "The island's fishermen support the joint patrols.",
    "Parliament approved the contribution by a wide majority.",
]
CON = [
    "The minister rejects the mission as a provocation.",
    "Any vessel of this so-called escort is a target, the ministry warned.",
    "The pact must be stopped, the opposition leader said.",
    "We refuse to take part in this reckless adventure.",
    "Protesters denounced the force as an occupation.",
    "His government vetoed the mandate and called it illegal.",
    "The treaty betrays our sailors, the union complained.",
    "Hanoi condemned the patrols and recalled its envoy.",
]
TEXTS = [*PRO[:3], *CON[:3]]
EXAMPLES = [(text, "pro") for text in PRO] + [(text, "con") for text in CON]


def examples(labels: dict[str, str] | None = None, sentiments: bool = False) -> Corpus:
    """The sentences above, every one a group of its own."""
    tones = {"pro": "positive", "con": "negative"}
    return Corpus(
        Example(str(n), text, (labels or {}).get(side, side), tones[side] if sentiments else None)
        for n, (text, side) in enumerate(EXAMPLES)
    )


@pytest.fixture(scope="module")
def folder() -> Path:
    """A model folder with an encoder."""
    pytest.importorskip("onnxruntime", reason="needs pip install 'stancelib[accurate]'")
    pytest.importorskip("tokenizers", reason="needs pip install 'stancelib[accurate]'")
    if not FOLDER.is_dir():
        pytest.skip(f"no model at {FOLDER}: run training/build_accurate.py, or name a folder in STANCELIB_ENCODER")
    return FOLDER


@pytest.fixture(scope="module")
def features(folder: Path) -> EncoderFeatures:
    return EncoderFeatures(folder).fit(TEXTS)


@pytest.fixture(scope="module")
def base(folder: Path) -> Labeler:
    return stancelib.load(folder)


@pytest.fixture(scope="module")
def own(folder: Path) -> Labeler:
    """A model with a label set of its own."""
    return stancelib.train(examples(), base=folder)


def test_scikit_learns_checks_pass(folder: Path) -> None:
    estimator = EncoderFeatures(folder)
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        check_estimator(estimator)
    for check in (check_get_params_invariance, check_set_params, check_no_attributes_set_in_init, check_mixin_order):
        check("EncoderFeatures", estimator)
    check_parameters_default_constructible("EncoderFeatures", estimator)
    assert estimator.__sklearn_tags__().input_tags.string


def test_nothing_is_there_before_fit_and_using_it_says_so(features: EncoderFeatures) -> None:
    fresh = clone(features)
    assert set(vars(fresh)) == {"model"}
    with pytest.raises(NotFittedError, match="not fitted yet"):
        fresh.transform(TEXTS)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        fresh.get_feature_names_out()


def test_fit_returns_itself_and_leaves_parameters_and_texts_alone(features: EncoderFeatures) -> None:
    fresh, texts = clone(features), list(TEXTS)
    before = fresh.get_params()
    assert fresh.fit(texts) is fresh
    assert fresh.get_params() == before
    assert texts == TEXTS


def test_one_row_per_text_in_the_order_of_the_texts(features: EncoderFeatures) -> None:
    rows = features.transform(TEXTS)
    assert (rows.shape, rows.dtype) == ((len(TEXTS), 384), np.float64)
    np.testing.assert_allclose(features.transform(TEXTS[::-1])[::-1], rows, atol=1e-5)


def test_rows_are_the_vectors_of_the_encoder(features: EncoderFeatures, base: Labeler) -> None:
    np.testing.assert_array_equal(features.transform(TEXTS), base.model.encoder.encode(TEXTS).vectors)


def test_columns_have_as_many_names(features: EncoderFeatures) -> None:
    names = features.get_feature_names_out()
    assert (names[0], names[-1]) == ("vector:0", "vector:383")
    assert len(set(names)) == features.transform(TEXTS).shape[1]


def test_a_pickled_copy_is_small_and_gives_the_same(features: EncoderFeatures) -> None:
    content = pickle.dumps(features)
    assert len(content) < 2000
    np.testing.assert_array_equal(pickle.loads(content).transform(TEXTS), features.transform(TEXTS))


def test_a_copy_refuses_another_model_than_its_own(features: EncoderFeatures) -> None:
    copy = pickle.loads(pickle.dumps(features))
    copy.digest_ = "0123456789abcdef"
    with pytest.raises(ModelFolderError, match="fitted with 0123456789ab"):
        copy.transform(TEXTS)


def test_empty_texts_give_finite_rows_and_no_texts_none(features: EncoderFeatures) -> None:
    assert np.isfinite(features.transform(["", "\n"])).all()
    assert features.transform([]).shape == (0, 384)


@pytest.mark.parametrize("bad", ["one string", b"bytes", [None, "text"], [b"bytes"], 7], ids=repr)
def test_anything_but_a_sequence_of_texts_is_refused(features: EncoderFeatures, bad: Any) -> None:
    for use in (clone(features).fit, features.transform):
        with pytest.raises(TypeError, match=r"a sequence of texts is expected|text 0 is"):
            use(bad)


def test_a_pipeline_and_a_grid_search_accept_it(folder: Path) -> None:
    pipeline = make_pipeline(EncoderFeatures(folder), LogisticRegression(max_iter=1000))
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.01, 0.1]}, cv=StratifiedGroupKFold(2))
    sides, groups = examples().stances, examples().groups
    assert search.fit(examples().texts, sides, groups=groups).score(examples().texts, sides) > 0.9


def test_a_model_without_an_encoder_is_refused() -> None:
    with pytest.raises(InputError, match=r"the model fast has no encoder: give 'accurate'"):
        EncoderFeatures("fast").fit(TEXTS)


@pytest.mark.parametrize("package", ["tokenizers", "onnxruntime"])
def test_a_missing_extra_gives_the_pip_line(folder: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancelib\[accurate\]'"):
        EncoderFeatures(folder).fit(TEXTS)


def test_known_labels_come_first_in_their_order_and_others_sorted() -> None:
    assert ordered_classes(["b", "neutral", "a", "opposed"], stancelib.STANCES) == ["opposed", "neutral", "a", "b"]


def test_a_model_of_your_own_labels_tells_them_apart(own: Labeler) -> None:
    assert own.classes_.tolist() == ["con", "pro"]
    assert own.predict(["Oslo welcomes the pact.", "Oslo condemns the pact."]).tolist() == ["pro", "con"]
    np.testing.assert_allclose(own.predict_proba(TEXTS).sum(axis=1), 1.0)


def test_the_librarys_labels_keep_their_order(folder: Path) -> None:
    corpus = examples({"pro": "neutral", "con": "cautionary"})
    assert stancelib.train(corpus, base=folder).classes_.tolist() == ["cautionary", "neutral"]


def test_saved_and_loaded_it_gives_the_same(own: Labeler, tmp_path: Path) -> None:
    digest = stancelib.save(own, tmp_path / "own")
    loaded = stancelib.load(tmp_path / "own")
    assert loaded.digest == digest
    assert loaded.classes_.tolist() == own.classes_.tolist()
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), own.predict_proba(TEXTS))
    assert loaded.label_passages(TEXTS) == own.label_passages(TEXTS)


def test_only_heads_are_new(own: Labeler, folder: Path, tmp_path: Path) -> None:
    stancelib.save(own, tmp_path / "own")
    saved, original = read_model_folder(tmp_path / "own"), read_model_folder(folder)
    assert saved.kind == original.kind
    assert {name: array.shape for name, array in saved.arrays.items()} == {"stance_head": (2, 385)}
    assert saved.files["encoder.onnx"] == original.files["encoder.onnx"]


def test_without_sentiments_the_encoder_keeps_its_own(own: Labeler) -> None:
    logits = own.model.encoder.encode(TEXTS).sentiment.astype(np.float64)
    assert own.sentiment_classes_.tolist() == list(stancelib.SENTIMENTS)
    np.testing.assert_array_equal(own.predict_sentiment_proba(TEXTS), softmax(logits))


def test_with_sentiments_there_is_a_head_for_them(folder: Path, tmp_path: Path) -> None:
    trained = stancelib.train(examples(sentiments=True), base=folder)
    stancelib.save(trained, tmp_path / "own")
    loaded = stancelib.load(tmp_path / "own")
    assert loaded.sentiment_classes_.tolist() == ["positive", "negative"]
    np.testing.assert_array_equal(loaded.predict_sentiment_proba(TEXTS), trained.predict_sentiment_proba(TEXTS))


def test_evidence_is_what_masking_takes_from_the_new_head(own: Labeler) -> None:
    (passage,) = own.label_passages(["Oslo opposes the pact."])
    word = passage.evidence[0]
    masked = passage.text[: word.start] + "[MASK]" + passage.text[word.end :]
    full, rest = np.log(own.predict_proba([passage.text, masked])) @ [1, -1]
    assert word.text == passage.text[word.start : word.end]
    assert word.weight == pytest.approx(full - rest, rel=1e-3)


def test_spans_are_the_encoders_and_neutral_has_no_holder(own: Labeler, folder: Path) -> None:
    encoded = own.model.encoder.encode(PRO)
    found, initiatives = ([*map(_span, PRO, spans)] for spans in (encoded.holders, encoded.initiatives))
    assert any(found)
    neutral = stancelib.train(examples({"pro": "neutral"}), base=folder)
    for labeler, holders in ((own, found), (neutral, [None] * len(PRO))):
        passages = labeler.label_passages(PRO)
        assert [p.holder for p in passages] == holders
        assert [p.initiative for p in passages] == initiatives
        assert all(p.holder or p.holder_kind in (None, "author") for p in passages)


def test_a_heads_last_column_is_its_intercept() -> None:
    weights = np.eye(2, 385)
    weights[:, -1] = 5.0
    assert Head(("a", "b"), weights).scores(np.eye(3, 384)).tolist() == [[6.0, 5.0], [5.0, 6.0], [5.0, 5.0]]


def test_a_head_that_does_not_fit_its_classes_is_refused(own: Labeler, tmp_path: Path) -> None:
    model = AccurateModel(own.model.encoder, own.model.files, {"stance": Head(("a", "b", "c"), np.zeros((2, 385)))})
    write_model_folder(tmp_path / "odd", model.to_folder({}, {}))
    with pytest.raises(ModelFolderError, match=r"stance head has shape \(2, 385\), but 3 classes"):
        stancelib.load(tmp_path / "odd")


def test_a_base_without_an_encoder_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no encoder"):
        stancelib.train(examples(), base=MODELS / "fast")
    with pytest.raises(FileNotFoundError, match="no model folder at"):
        stancelib.train(examples(), base=tmp_path / "none")


def test_one_label_is_too_few(folder: Path) -> None:
    with pytest.raises(InputError, match=r"at least two different stances are needed, got \['pro'\]"):
        stancelib.train(Corpus(examples()[: len(PRO)]), base=folder)


def test_a_label_in_one_group_is_left_uncalibrated_with_a_warning(folder: Path) -> None:
    with pytest.warns(UserWarning, match="stance probabilities are not calibrated: con occurs in only 1") as caught:
        stancelib.train(Corpus(examples()[: len(PRO) + 1]), base=folder)
    assert caught[0].filename == __file__


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sentences above as a corpus file."""
    rows = (json.dumps({"text": example.text, "stance": example.stance}) for example in examples())
    path = tmp_path / "examples.jsonl"
    path.write_text("\n".join(rows), "utf-8")
    return path


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stancelib", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_trains_on_an_encoder_with_labels_of_your_own(folder: Path, file: Path, tmp_path: Path) -> None:
    done = run("train", file, "--base", folder, "--stances", "pro, con", "-o", tmp_path / "own")
    assert done.returncode == 0, done.stderr
    loaded = stancelib.load(tmp_path / "own")
    assert (type(loaded.model), loaded.classes_.tolist()) == (AccurateModel, ["con", "pro"])
    assert f"New heads on the vectors of `{folder.name}`" in (tmp_path / "own" / "MODEL_CARD.md").read_text("utf-8")


def test_the_command_prints_the_scores_of_the_same_base(folder: Path, file: Path, tmp_path: Path) -> None:
    train, held_out = stancelib.read_corpus(file, stances=["pro", "con"]).split(0.2)
    expected = stancelib.evaluate(stancelib.train(train, base=folder), held_out)
    done = run("train", file, "--base", folder, "--stances", "pro,con", "-o", tmp_path / "own")
    assert done.stdout.strip() == str(expected)
    assert str(stancelib.evaluate(stancelib.train(train), held_out)) != str(expected)


def test_the_command_trains_a_fast_model_with_labels_of_your_own(file: Path, tmp_path: Path) -> None:
    done = run("train", file, "--stances", "pro,con", "-o", tmp_path / "own")
    assert done.returncode == 0, done.stderr
    assert stancelib.load(tmp_path / "own").classes_.tolist() == ["con", "pro"]


def test_the_command_without_stances_knows_only_the_librarys(file: Path, tmp_path: Path) -> None:
    done = run("train", file, "-o", tmp_path / "own")
    assert done.returncode == 2
    assert "stance must be one of supportive, cautionary, opposed, neutral, got 'pro'" in done.stderr
