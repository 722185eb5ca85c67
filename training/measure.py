"""Measure the fast model beside what a user would pick instead: python training/measure.py

Grouped five-fold cross-validation on the corpus, and on each held-out file that is given
(``--held-out NAME=FILE``) a model trained on the whole corpus. Peers in the same run: VADER with
its usual thresholds mapped to stance, TF-IDF with logistic regression, the majority label.
Writes ``training/scores.json`` for the model card and prints the table of ``training/RESULTS.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from build_fast import SCORES, corpus_digest
from recipes import fit_fast
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from stancelib.corpus import Corpus, Example, read_corpus
from stancelib.evaluation import Evaluation, measure
from stancelib.records import SENTIMENTS, STANCES

FOLDS = 5
CORPUS = Path(__file__).parent / "corpus"

Probabilities = tuple[np.ndarray, np.ndarray]
Trainer = Callable[[Corpus], Callable[[list[str]], Probabilities]]


def fast(corpus: Corpus) -> Callable[[list[str]], Probabilities]:
    """The model that is shipped."""
    stance, sentiment = fit_fast(corpus)
    return lambda texts: (stance.predict_proba(texts), sentiment.predict_proba(texts))


def tfidf(corpus: Corpus) -> Callable[[list[str]], Probabilities]:
    """What most people would write: TF-IDF of words and pairs, logistic regression."""
    stance = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", max_iter=1000),
    )
    return _sklearn_pair(stance, corpus)


def majority(corpus: Corpus) -> Callable[[list[str]], Probabilities]:
    """The most frequent label, always."""
    return _sklearn_pair(DummyClassifier(strategy="prior"), corpus)


def vader(corpus: Corpus) -> Callable[[list[str]], Probabilities]:
    """VADER's compound score: at least 0.05 supportive, at most -0.05 opposed, else neutral."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()

    def predict(texts: list[str]) -> Probabilities:
        compound = np.array([analyzer.polarity_scores(text)["compound"] for text in texts])
        sign = (compound >= 0.05).astype(int) - (compound <= -0.05)
        return _one_hot(np.select([sign > 0, sign < 0], [0, 2], 3), 4), _one_hot(1 - sign, 3)

    return predict


TRAINERS: dict[str, Trainer] = {"fast": fast, "TF-IDF + LR": tfidf, "VADER": vader, "majority": majority}


def _one_hot(columns: np.ndarray, width: int) -> np.ndarray:
    return np.eye(width)[columns]


def _sklearn_pair(model: Any, corpus: Corpus) -> Callable[[list[str]], Probabilities]:
    from sklearn.base import clone

    pairs = ((corpus.stances, STANCES), (corpus.sentiments, SENTIMENTS))
    fitted = [(clone(model).fit(corpus.texts, labels), order) for labels, order in pairs]

    def predict(texts: list[str]) -> Probabilities:
        columns = [[list(m.classes_).index(label) for label in order] for m, order in fitted]
        first, second = (m.predict_proba(texts)[:, c] for (m, _), c in zip(fitted, columns, strict=True))
        return first, second

    return predict


def evaluation_of(corpus: Corpus, probabilities: Probabilities) -> Evaluation:
    """Both kinds of labels of a corpus against probabilities."""
    stance = measure(corpus.stances, probabilities[0], STANCES, corpus.groups)
    sentiments = [str(sentiment) for sentiment in corpus.sentiments]
    return Evaluation(stance, measure(sentiments, probabilities[1], SENTIMENTS, corpus.groups))


def cross_validate(trainer: Trainer, corpus: Corpus) -> tuple[Corpus, Probabilities]:
    """Held-out probabilities of every passage, in the order of the returned corpus."""
    examples: list[Example] = []
    parts: list[Probabilities] = []
    for train, held_out in corpus.folds(FOLDS):
        parts.append(trainer(train)(held_out.texts))
        examples += held_out
    stance, sentiment = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Corpus(examples), (stance, sentiment)


def held_out_corpus(file: Path) -> Corpus:
    """A held-out file; its holders and targets may be descriptions, so only its labels are read."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return Corpus(Example(row["id"], row["text"], row["stance"], row["sentiment"]) for row in rows)


def table_row(model: str, data: str, evaluation: Evaluation) -> str:
    """One row of the table in RESULTS.md."""
    stance, sentiment = evaluation.stance, evaluation.sentiment
    low, high = stance.macro_f1_interval
    per_stance = " / ".join(f"{value:.2f}" for value in stance.f1.values())
    cells = [
        data,
        model,
        f"{stance.accuracy:.3f}",
        f"{stance.macro_f1:.3f} ({low:.3f}–{high:.3f})",
        per_stance,
        f"{stance.calibration_error:.3f}",
        f"{stance.surest_half:.3f}",
        f"{sentiment.macro_f1:.3f}" if sentiment else "",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure, print, and keep what the card needs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--held-out", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--models", nargs="*", default=list(TRAINERS), choices=list(TRAINERS))
    arguments = parser.parse_args()
    corpus = read_corpus(CORPUS)
    held_out = {name: held_out_corpus(Path(file)) for name, file in (item.split("=", 1) for item in arguments.held_out)}
    print("| data | model | accuracy | macro-F1 (95 %) | F1 S / C / O / N | ECE | surest half | sentiment F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    kept: dict[str, dict[str, Any]] = {}
    for name in arguments.models:
        ordered, probabilities = cross_validate(TRAINERS[name], corpus)
        evaluations = {"corpus, grouped cross-validation": evaluation_of(ordered, probabilities)}
        in_articles = [i for i, example in enumerate(ordered) if example.more.get("whole_article")]
        if in_articles:
            part = (probabilities[0][in_articles], probabilities[1][in_articles])
            evaluations["whole articles, natural mix"] = evaluation_of(ordered.take(in_articles), part)
        if held_out:
            predict = TRAINERS[name](corpus)
            evaluations |= {data: evaluation_of(part, predict(part.texts)) for data, part in held_out.items()}
        for data, evaluation in evaluations.items():
            print(table_row(name, data, evaluation), flush=True)
        kept[name] = {data: asdict(evaluation) for data, evaluation in evaluations.items()}
    old = json.loads(SCORES.read_text("utf-8")) if SCORES.exists() else {}
    old["fast"] = {"corpus_digest": corpus_digest(), "models": kept}
    SCORES.write_text(json.dumps(old, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
