"""The texts of the shipped models' cards; figures come from ``training/scores.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stancelib.corpus import Corpus
from stancelib.evaluation import Evaluation, LabelScores
from stancelib.model_card import model_card, score_table

BEHAVIOUR = Path(__file__).parents[1] / "tests" / "behaviour" / "ceilings.json"

INTENDED_USE = """
Sorting and searching the passages of English news articles by who supports, who is cautious about
and who opposes a joint undertaking of states; counting over many articles; a first reading that a
person checks. Labels are of passages, by what they say, as the codebook in `docs/labels.md` defines.

Not for: deciding anything about a person; telling whether a statement is true; languages other than
English; single passages without a look at the probability; measuring public opinion from news.
"""

WEAKNESSES = """
The model sums what words and pairs of words say. It does not read a passage as a whole: irony,
rejected fears, long conditions and objections in polite words are often missed, and a warm neutral
description is sometimes taken for support. Probabilities are calibrated on the corpus; on other
prose they can be too high. The corpus is fiction written for the project; the distance to real
articles is what the held-out figures show.
"""


def data_section(corpus: Corpus) -> str:
    """What the model was trained on, in a sentence and two lists of counts."""

    def counted(labels: list[Any]) -> str:
        return ", ".join(f"{label} {count:,}" for label, count in Counter(labels).most_common())

    return (
        f"{len(corpus):,} fictional passages in {len(set(corpus.groups)):,} groups, written and labelled for this "
        f"project (CC BY 4.0; data sheet in `training/corpus/README.md`).\n\n"
        f"Stances: {counted(corpus.stances)}.\nSentiments: {counted(corpus.sentiments)}."
    )


def evaluation_from(kept: Mapping[str, Any]) -> Evaluation:
    """An evaluation as it was kept in ``training/scores.json``."""

    def scores(fields: Mapping[str, Any]) -> LabelScores:
        return LabelScores(**fields)

    return Evaluation(scores(kept["stance"]), scores(kept["sentiment"]) if kept["sentiment"] else None)


def behaviour_section(model: str) -> str:
    """How often the model fails each capability of the behaviour suite, as ``suite.py --write`` kept it."""
    rates = json.loads(BEHAVIOUR.read_text("utf-8"))[model]
    rows = [f"| {name.replace('_', ' ')} | {rate:.2f} |" for name, rate in sorted(rates.items(), key=lambda r: -r[1])]
    rows.append(f"| *mean* | {sum(rates.values()) / len(rates):.2f} |")
    return (
        "Share of hand-written cases failed, by capability (`tests/behaviour`); none was trained on or chosen by.\n\n"
        "| capability | failure rate |\n| --- | --- |\n" + "\n".join(rows)
    )


def fast_card(corpus: Corpus, scores: Mapping[str, Any]) -> str:
    """The card of the fast model."""
    own = {data: evaluation_from(kept) for data, kept in scores["models"]["fast"].items()}
    peers = ["| data | " + " | ".join(scores["models"]) + " |", "| --- " * (len(scores["models"]) + 1) + "|"]
    for data in own:
        values = [f"{kept[data]['stance']['macro_f1']:.3f}" for kept in scores["models"].values()]
        peers.append(f"| {data} | {' | '.join(values)} |")
    sections = {
        "What it is": "A linear model over words, word pairs, characters in words, cues and negation, compiled "
        "into tables; multinomial logistic regression, calibrated with one temperature on held-out groups. Holder and "
        "initiative: the best-scoring stretch of tokens, a conditional logit over hashed features.",
        "Data": data_section(corpus),
        "Scores": score_table(own),
        "Beside what one would pick instead": "Macro-F1 of stance, same data, same run.\n\n" + "\n".join(peers),
        "Behaviour": behaviour_section("fast"),
        "Known weaknesses": WEAKNESSES,
        "Intended use and misuse": INTENDED_USE,
    }
    return model_card("stancelib fast", sections)


def accurate_card(corpus: Corpus, facts: Mapping[str, Any]) -> str:
    """The card of the accurate model, from the facts its training kept in ``encoder.json``."""
    public = ", ".join(facts["public_sets"]) or "none"
    rows = [
        "| measured on | stance macro-F1 (95 %) | accuracy | surest half | calibration error | sentiment macro-F1 |"
        " holder exact F1 | initiative exact F1 |",
        "| --- " * 8 + "|",
    ]
    for data, figures in facts["figures"].items():
        stance, low_high = figures["stance"], figures["stance"]["macro_f1_interval"]
        cells = [
            data.replace("_", " "),
            f"{stance['macro_f1']:.3f} ({low_high[0]:.3f}–{low_high[1]:.3f})",
            *(f"{stance[name]:.3f}" for name in ("accuracy", "surest_half", "calibration_error")),
            f"{figures['sentiment']['macro_f1']:.3f}",
            *(f"{figures[name]:.3f}" for name in ("holder", "initiative")),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    sections = {
        "What it is": "all-MiniLM-L6-v2 (22 million parameters, Apache-2.0), fine-tuned with heads for stance, "
        "sentiment, holder and initiative on one pass; ONNX, weights and activations in int8 with fixed scales.",
        "Data": f"{data_section(corpus)}\n\nIntermediate training on public sets: {public} (licences in `NOTICE`). "
        f"{facts['passages']:,} passages were trained on, {facts['soft_labels']:,} of them also by what teachers "
        f"that had not seen them thought of them (`training/soft_labels.tsv`); the weights are the mean of "
        f"{facts['averaged_runs']} runs with different seeds. The rest is the held-out part below, on which the "
        "probabilities were calibrated too, so its calibration error is flattering.",
        "Scores": "\n".join(rows) + "\n\nHolder and initiative are measured on dev only where its descriptions "
        "happen to be words of the text; take the held-out figure.",
        "Behaviour": behaviour_section("accurate"),
        "Known weaknesses": ACCURATE_WEAKNESSES,
        "Intended use and misuse": INTENDED_USE,
    }
    return model_card("stancelib accurate", sections)


ACCURATE_WEAKNESSES = """
Trained on fiction written for the project; the distance to real articles is what the dev figures show. Both
sides weighed without a winner, and warm descriptions of what an initiative is, are still confused with support.
Holders are followed to the fullest name in the article by rules, which can pick the wrong person. Evidence is the
fall of the log-odds when a word is masked: true of the model, not always a reason a person would give.
"""
