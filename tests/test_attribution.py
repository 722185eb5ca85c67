"""Holder and initiative of a passage, found by the fast model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from test_tokens import hostile_text

from stancelib.attribution import LONGEST, SpanTables, Spotter, best_spans, nobody_scores, span_scores
from stancelib.attribution_training import fit_attribution
from stancelib.compiled import CompiledModel
from stancelib.corpus import Corpus, Example
from stancelib.errors import InputError, ModelFolderError
from stancelib.fast import FastModel
from stancelib.labeler import Labeler, load, save
from stancelib.span_features import TypeMemo, context_buckets

STATES = "Norway Poland Chile Kenya Japan Ghana Latvia Oman Peru Malta Spain Nepal".split()
VERBS = "rejects backs doubts".split()


def tiny_corpus() -> Corpus:
    """Thirty-six states' stances, as many groups', and the author's."""
    examples = []
    for state in STATES:
        for verb in VERBS:
            for holder, kind in ((state, "state"), ("Several governments", "group"), ("author", "author")):
                words = (
                    "This is why the naval mission must end"
                    if kind == "author"
                    else f"{holder} {verb} the naval mission"
                )
                text = f"{words}, {state.lower()}{verb} after {len(examples)} days."
                examples.append(
                    Example(
                        str(len(examples)), text, "opposed", holder=holder, target="the naval mission", holder_kind=kind
                    )
                )
    return Corpus(examples)


@pytest.fixture(scope="module")
def tables() -> SpanTables:
    return fit_attribution(tiny_corpus())


@pytest.fixture(scope="module")
def spotter(tables: SpanTables) -> Spotter:
    return Spotter(tables)


def test_holder_kind_and_initiative_are_found(spotter: Spotter) -> None:
    texts = ["Fiji backs the naval mission, it says.", "Several governments doubts the naval mission, they say."]
    found = spotter.find(texts, [True, True])
    assert [part.holder.text for part in found if part.holder] == ["Fiji", "Several governments"]
    assert [part.holder_kind for part in found] == ["named", "group"]
    assert {part.initiative.text for part in found if part.initiative} == {"the naval mission"}


def test_where_nobody_is_named_the_author_speaks(spotter: Spotter) -> None:
    found = spotter.find(["This is why the naval mission must end, after 7 days."], [True])[0]
    assert (found.holder, found.holder_kind) == (None, "author")


def test_a_neutral_passage_has_an_initiative_and_no_holder(spotter: Spotter) -> None:
    found = spotter.find(["Norway rejects the naval mission, says a report."], [False])[0]
    assert (found.holder, found.holder_kind) == (None, None)
    assert found.initiative is not None


def test_the_same_corpus_gives_the_same_bytes(tables: SpanTables) -> None:
    again = fit_attribution(tiny_corpus())
    assert {name: array.tobytes() for name, array in again.arrays().items()} == {
        name: array.tobytes() for name, array in tables.arrays().items()
    }


def test_a_passage_alone_gives_the_same_as_among_others(spotter: Spotter) -> None:
    texts = [example.text for example in tiny_corpus()][:40]
    together = spotter.find(texts, [True] * len(texts))
    assert together == [spotter.find([text], [True])[0] for text in texts]


def test_the_memo_starts_anew_without_changing_what_is_found(spotter: Spotter, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Norway rejects the naval mission, says a report."
    before = spotter.find([text], [True])
    monkeypatch.setattr("stancelib.attribution.MEMO", 1)
    assert spotter.find([text], [True]) == before
    assert len(spotter._memo) < 20


def test_stretches_score_what_their_tokens_say_and_never_leave_a_passage() -> None:
    tokens = TypeMemo().tokens(["one two three", "", "four five"])
    rows = np.random.RandomState(0).normal(size=(len(tokens.ids), 3)).astype(np.float32)
    lengths = np.linspace(0, 1, LONGEST, dtype=np.float32)
    spans = span_scores(rows, tokens, lengths)
    first = int(tokens.starts[0])
    by_hand = rows[first, 0] + rows[first : first + 2, 1].sum() + rows[first + 1, 2] + lengths[1]
    assert spans[first, 1] == pytest.approx(by_hand, abs=1e-3)
    assert spans[first, 3:].max() < -1e5
    found = best_spans(spans, np.full(3, -50.0, np.float32), tokens)
    assert found[1] is None
    assert [span is not None and span[1] < length for span, length in zip(found, (3, 0, 2), strict=True)] == [1, 0, 1]


def test_nobody_scores_are_means_over_the_root_of_the_length() -> None:
    tokens = TypeMemo().tokens(["a b c d", ""])
    scores = np.ones(len(tokens.ids), np.float32)
    assert nobody_scores(scores, tokens).tolist() == [2.0, 0.0]


def test_the_surroundings_of_a_token_do_not_depend_on_other_passages() -> None:
    memo = TypeMemo()
    alone, pair = memo.tokens(["The pact, he said."]), memo.tokens(["Oslo agrees.", "The pact, he said."])
    first, second = (context_buckets(tokens, memo) for tokens in (alone, pair))
    np.testing.assert_array_equal(first[:, 3:9], second[:, pair.starts[1] : pair.starts[1] + 6])


@given(text=hostile_text)
@settings(max_examples=60, deadline=None)
def test_hostile_texts_keep_their_offsets(text: str) -> None:
    found = _spotters[0].find([text], [True])[0]
    for span in filter(None, (found.holder, found.initiative)):
        assert text[span.start : span.end] == span.text != ""


_spotters: list[Spotter] = []


@pytest.fixture(scope="module", autouse=True)
def _keep_spotter(spotter: Spotter) -> None:
    _spotters.append(spotter)


def test_a_corpus_without_holders_is_refused() -> None:
    examples = [Example(str(n), f"They back pact {n}.", "supportive", target="pact") for n in range(4)]
    with pytest.raises(InputError, match="no example names a holder"):
        fit_attribution(Corpus(examples))


def test_tables_of_another_shape_are_refused(tables: SpanTables) -> None:
    arrays = {**tables.arrays(), "span_lengths": np.zeros((2, 3), np.float32)}
    with pytest.raises(ModelFolderError, match=r"here: span_lengths is missing, not finite or not of shape \(2, 12\)"):
        SpanTables.from_arrays(arrays, "here")


def test_a_saved_model_finds_the_same(compiled_model: CompiledModel, spotter: Spotter, tmp_path: Path) -> None:
    labeler = Labeler(FastModel(compiled_model, spotter), "own")
    text = "Norway rejects the naval mission as a provocation and will veto it."
    save(labeler, tmp_path / "own")
    passages = load(tmp_path / "own").label(text)
    assert passages == labeler.label(text)
    assert passages[0].holder is not None


def test_holders_are_left_out_when_not_asked_for(compiled_model: CompiledModel, spotter: Spotter) -> None:
    labeler = Labeler(FastModel(compiled_model, spotter), "own")
    text = "Norway rejects the naval mission as a provocation and will veto it."
    with_them, without = labeler.label(text)[0], labeler.label(text, holders=False)[0]
    assert with_them.holder is not None
    assert (without.holder, without.holder_kind, without.initiative) == (None, None, None)
    assert without.probabilities == with_them.probabilities


def test_passages_that_are_cut_already_are_not_resolved(compiled_model: CompiledModel, spotter: Spotter) -> None:
    labeler = Labeler(FastModel(compiled_model, spotter), "own")
    texts = ["Norway rejects the naval mission and will veto it.", "Norway rejects it as a dangerous provocation."]
    for text, passage in zip(texts, labeler.label_passages(texts), strict=True):
        for span in filter(None, (passage.holder, passage.initiative)):
            assert text[span.start : span.end] == span.text


def test_a_model_without_tables_for_holders_has_none(compiled_model: CompiledModel) -> None:
    passage = Labeler(FastModel(compiled_model), "own").label("Norway rejects the naval mission outright.")[0]
    assert (passage.holder, passage.initiative) == (None, None)
