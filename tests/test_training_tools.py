"""The tools that measure the corpus: balance, closeness, agreement, learning curve, contradictions."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from stancelib import Corpus, CorpusError, Example
from stancelib.gazetteer import STATES
from stancelib.records import SENTIMENTS, STANCES

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))

import agreement
import closeness
import contradictions
import identity_balance
import identity_swaps
import learning_curve
import recipes


def test_a_state_is_exchanged_with_its_adjective_and_capital_in_all_texts_alike() -> None:
    texts = identity_swaps.exchange(random.Random(0), ["Norway and Norwegian ships left Oslo.", "Norway", "No state"])
    name = texts[1]
    state = next(state for state in STATES if state.name == name)
    assert name != "Norway"
    assert texts[0] == f"{name} and {state.adjective} ships left {state.capital}."
    assert texts[2] == "No state"


def test_neutral_passages_count_more_than_balance() -> None:
    weights = recipes.stance_weights(["neutral", "neutral", "opposed"])
    assert weights["neutral"] == pytest.approx(1.5 * weights["opposed"] / 2)


def passages(*pairs: tuple[str, str], **fields: object) -> Corpus:
    return Corpus(Example(f"p{i}", text, stance, "neutral", **fields) for i, (text, stance) in enumerate(pairs))


def always_first(train: Corpus):
    """A classifier that gives every passage the first stance with probability 0.7, 0.8 if it is long."""
    return lambda texts: np.array([[0.8, 0.2, 0, 0] if len(text) > 9 else [0.7, 0.3, 0, 0] for text in texts])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("South Sudan’s and Nigeria's envoys met Russians.", {"South Sudan", "Nigeria", "Russia"}),
        ("Latin American ministers from Guinea-Bissau sailed the South China Sea.", set()),
        ("The U.S. and Houthis; Turkeys, kremlin, USAID.", {"United States", "Houthi", "Turkey"}),
        ("The Security Council heard the Peace and Security Council.", {"UN"}),
    ],
)
def test_identities_are_whole_words_and_the_longest_name_counts(text: str, names: set[str]) -> None:
    assert identity_balance.named_identities([text]) == [names]


def test_no_word_belongs_to_two_identities() -> None:
    entries = identity_balance.IDENTITIES.replace("\n", ";").split(";")
    words = [alias.strip() for entry in entries if entry.strip() for alias in entry.split("|")]
    assert [word for word in set(words) if words.count(word) > 1 or not word] == []


def test_holm_multiplies_by_the_tests_left_and_never_falls() -> None:
    assert identity_balance.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert identity_balance.holm([0.9, 0.8]) == [1.0, 1.0]


def test_an_identity_with_other_stances_is_flagged_and_a_rare_one_is_not_tested() -> None:
    even = [(f"Norway, item {i}.", STANCES[i % 4]) for i in range(80)]
    corpus = passages(*even, *[(f"Belarus, item {i}.", "opposed") for i in range(25)], ("Chad met.", "neutral"))
    belarus, norway = identity_balance.balances(corpus)
    assert (belarus.name, belarus.counts, belarus.most_off) == ("Belarus", (0, 0, 25, 0), "opposed")
    assert belarus.p_holm < identity_balance.CHANCE
    assert norway.excess == pytest.approx(20 - 80 * 45 / 106)


def test_names_alone_predict_stance_only_where_they_go_with_it() -> None:
    places = ["Norway", "Chad", "Peru", "Fiji"]
    telling = passages(*[(f"{places[i % 4]}, item {i}.", STANCES[i % 4]) for i in range(40)])
    silent = passages(*[(f"{places[i % 4]}, item {i}.", STANCES[i // 4 % 4]) for i in range(64)])
    assert identity_balance.names_only_f1(telling) == (1.0, 1.0)
    assert max(identity_balance.names_only_f1(silent)) <= 0.3


def test_the_two_sides_are_sampled_with_the_same_stances() -> None:
    corpus = passages(*[("We met.", "neutral")] * 50, *[("We agree.", "supportive")] * 9)
    held_out = passages(*[("They met.", "neutral")] * 5, *[("They agree.", "supportive")] * 12)
    ours, theirs = closeness.matched_sample(corpus, held_out, seed=0)
    assert sorted(ours.stances) == sorted(theirs.stances) == ["neutral"] * 5 + ["supportive"] * 9
    assert len({id(example) for example in theirs}) == 14


def test_sides_that_differ_in_one_topic_word_are_apart_by_words_and_not_by_style() -> None:
    ours = passages(*[(f"The shield met on day {i}.", "neutral") for i in range(30)])
    theirs = passages(*[(f"The patrol met on day {i}.", "neutral") for i in range(30)])
    by_words = closeness.separation(ours, theirs, closeness.word_classifier, seeds=2)
    by_style = closeness.separation(ours, theirs, closeness.style_classifier, seeds=2)
    assert by_words.tolist() == [1.0, 1.0]
    assert by_style.tolist() == [0.5, 0.5]


def test_style_hides_the_words_of_a_topic() -> None:
    tokens = closeness.style_tokens("Oslo rejects the 2 ships.")
    assert tokens == ["~", "rejects", "the", "0", "~", "."]


def test_statistics_see_quotes_persons_passives_and_cues() -> None:
    texts = ["“It was widely rejected,” Ana Ruiz said; we don't know why.", "The pact 'holds'. Does it?"]
    found = {name: values.tolist() for name, values in closeness.statistics(texts).items()}
    assert found["sentences"] == [1, 2]
    assert found["has quotation marks"] == [1, 1]
    assert found["has typographic quotation marks"] == [1, 0]
    assert found["has a named person (by pattern)"] == found["has passives (was/were …ed)"] == [1, 0]
    assert found["has cue refuse"] == found["has first-person pronouns"] == [1, 0]
    assert found["has question marks"] == [0, 1]


def test_statistics_weigh_the_corpus_by_the_held_out_stances() -> None:
    corpus = passages(("Why? No?", "opposed"), *[("It met today.", "neutral")] * 9)
    held_out = passages(("It ended.", "opposed"), ("It met.", "neutral"))
    assert "| has question marks | 50% | 0% | +" in closeness.statistics_table(corpus, held_out)


def test_a_second_reading_gives_stance_tone_and_note(tmp_path: Path) -> None:
    file = tmp_path / "b.tsv"
    file.write_text("\ufeffp1\tS0\np2\tC-\tleans to O\n\n", "utf-8")
    first, second = agreement.read_second([file], ["p1", "p2"])
    assert (first.stance, first.sentiment, first.note) == ("supportive", "neutral", "")
    assert (second.stance, second.sentiment, second.note) == ("cautionary", "negative", "leans to O")


def test_all_faults_of_second_readings_are_reported_by_line(tmp_path: Path) -> None:
    file = tmp_path / "b.tsv"
    file.write_text("p1\tS0\np1\tS0\np2 C0\np2\tX0\nq9\tN0\n", "utf-8")
    with pytest.raises(CorpusError, match=r"b\.tsv:2: 'p1' was read before") as caught:
        agreement.read_second([file], ["p1", "p2"])
    assert [fault.split(":")[1] for fault in caught.value.faults] == ["2", "3", "4", "5"]


def test_agreement_is_corrected_for_chance() -> None:
    pairs = [("a", "a")] * 4 + [("b", "b")] * 2 + [("a", "b"), ("b", "a")]
    raw, kappa, alpha = agreement.coefficients(pairs)
    assert raw == 0.75
    assert kappa == pytest.approx((0.75 - 34 / 64) / (30 / 64))
    assert alpha == pytest.approx(1 - 15 * 4 / (2 * 10 * 6))
    assert np.isnan(agreement.coefficients([("a", "a")])[1:]).all()


def test_disagreements_name_the_field_and_both_labels() -> None:
    corpus = passages(("It met.", "neutral"), ("It ended.", "opposed"))
    readings = [agreement.Reading("p0", "neutral", "neutral"), agreement.Reading("p1", "cautionary", "neutral", "mild")]
    (found,) = agreement.disagreements(corpus, agreement.first_labels(corpus), readings)
    row = {"id": "p1", "text": "It ended.", "first": "opposed", "second": "cautionary", "field": "stance"}
    assert json.loads(found.to_json()) == {**row, "note": "mild"}


@pytest.mark.parametrize("kept", [{"field": "stance", "first": "opposed"}, {"first": ["opposed", "negative"]}])
def test_a_label_changed_after_adjudication_still_counts_as_it_was_read_first(kept: dict, tmp_path: Path) -> None:
    corpus = passages(("It met.", "neutral"))
    (tmp_path / "kept.jsonl").write_text(json.dumps({"id": "p0", **kept}) + "\n", "utf-8")
    labels = agreement.first_labels(corpus, [tmp_path / "kept.jsonl"])
    readings = [agreement.Reading("p0", "neutral", "neutral")]
    assert agreement.label_pairs(labels, readings, "stance") == [("opposed", "neutral")]


def test_the_source_tells_modelled_from_invented_before_the_name_of_the_file_does(tmp_path: Path) -> None:
    rows = {"modelled_a": (None, "invented"), "mixed": (None, "agency")}
    for name, sources in rows.items():
        lines = [{"id": f"{name}{i}", "text": f"{name} {i}", "stance": "neutral", "source": sources[i]} for i in (0, 1)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    corpus, modelled = learning_curve.read_parts(tmp_path)
    assert len(corpus) == 4
    assert modelled == {"modelled_a0", "mixed1"}


def test_parts_of_the_curve_are_nested_and_tear_no_group_apart() -> None:
    corpus = Corpus(Example(f"p{i}", f"Item {i}.", "neutral", set=f"s{i // 4}") for i in range(40))
    small, large = (learning_curve.whole_groups(corpus, size, seed=3) for size in (10, 20))
    assert (len(small), len(large)) == (12, 20)
    assert set(small.groups) < set(large.groups)


def test_every_whole_article_is_held_out_once_and_then_never_trained_on() -> None:
    whole = [
        Example(f"w{i}", f"A {i}.", STANCES[i % 4], article=f"a{i // 4}", more={"whole_article": True})
        for i in range(24)
    ]
    corpus = Corpus([*whole, *passages(*[(f"B {i}.", STANCES[i % 4]) for i in range(40)])])
    splits = [learning_curve.split(corpus, seed, 2) for seed in (0, 1)]
    away = [set(tests[learning_curve.ARTICLES].groups) for _, tests in splits]
    assert away[0] | away[1] == {f"a{i}" for i in range(6)}
    assert not away[0] & away[1]
    for pool, tests in splits:
        assert not set(pool.groups) & {group for test in tests.values() for group in test.groups}


def test_modelled_and_invented_passages_are_compared_at_equal_size() -> None:
    pool = passages(*[(f"Item {i}.", "neutral") for i in range(30)])
    modelled = frozenset(f"p{i}" for i in range(10))
    parts = dict(learning_curve.training_sets(pool, modelled, [20, 500], seed=0))
    sizes = {"20": 20, "all": 30, "modelled only": 10, "invented only": 10, "both, same size": 10}
    assert {name: len(part) for name, part in parts.items()} == sizes
    assert {example.id for example in parts["modelled only"]} == modelled
    assert not {example.id for example in parts["invented only"]} & modelled


def test_the_curve_is_measured_averaged_and_tabled() -> None:
    corpus = passages(*[(f"Item number {i}.", STANCES[i % 4]) for i in range(40)])
    held_out = {"dev": passages(("Item twelve.", "supportive"), ("Item thirteen.", "neutral"))}
    found = list(learning_curve.points(corpus, frozenset(), held_out, [8], 2, {"first": always_first}))
    means = learning_curve.averaged(found)
    assert len(found) == 2 * len(means) == 2 * 4
    assert [p.macro_f1 for p in means if p.data == "dev"] == pytest.approx([2 / 3 / 4] * 2)
    assert "| first | 8 | 8 | 0.100 (" in learning_curve.table(means)


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    kinds = [("500", 500), ("all", 900), ("modelled only", 300)]
    means = [learning_curve.Point("fast", name, size, "dev", 0.5, 0.4, 0.6) for name, size in kinds]
    learning_curve.draw(means, tmp_path / "plots" / "curve.png")
    assert (tmp_path / "plots" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_contradictions_are_those_above_the_threshold_the_surest_first() -> None:
    stances = ["neutral", "opposed", "opposed", "supportive", "supportive", "neutral"]
    corpus = passages(*zip(["A.", "Longer text.", "B.", "Other long text.", "C.", "D."], stances, strict=True))
    found = contradictions.contradictions(corpus, 2, 0.7, always_first)
    assert (found[0].given, found[0].model, found[0].probability) == ("opposed", "supportive", 0.8)
    assert [item.id for item in found] == ["p1", "p0", "p2", "p5"]
    assert [item.id for item in contradictions.contradictions(corpus, 2, 0.75, always_first)] == ["p1"]


def test_what_was_read_before_with_the_same_label_is_left_out(tmp_path: Path) -> None:
    found = [contradictions.Contradiction(name, "", "neutral", "opposed", 0.9) for name in ("p0", "p1", "p2")]
    file = tmp_path / "earlier.jsonl"
    file.write_text('{"id": "p0", "given": "neutral"}\n{"id": "p1", "given": "supportive"}\n', "utf-8")
    assert [item.id for item in contradictions.not_read_before(found, [file])] == ["p1", "p2"]


def test_the_fast_classifier_gives_columns_in_the_order_of_the_stances() -> None:
    words = {"supportive": "hails", "cautionary": "doubts", "opposed": "rejects", "neutral": "discusses"}
    rows = [(f"Party {i} {word} it.", stance) for i in range(8) for stance, word in words.items()]
    train = Corpus(Example(f"p{i}", *row, SENTIMENTS[i % 3]) for i, row in enumerate(rows))
    for classifier in (contradictions.fast_stances, learning_curve.fast, learning_curve.plain):
        probabilities = classifier(train)([f"Oslo {words[stance]} it." for stance in STANCES])
        assert probabilities.argmax(axis=1).tolist() == [0, 1, 2, 3]
