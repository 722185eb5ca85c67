"""How the shipped fast model is trained: the settings that cross-validation chose, in one place."""

from __future__ import annotations

from stancelib.classifier import SentimentClassifier, StanceClassifier
from stancelib.corpus import Corpus

STANCE_SETTINGS = {"C": 5.0, "class_weight": "balanced"}
SENTIMENT_SETTINGS = {"C": 5.0, "class_weight": "balanced"}


def fit_fast(corpus: Corpus) -> tuple[StanceClassifier, SentimentClassifier]:
    """The two reference classifiers, fitted to a corpus that gives every sentiment."""
    texts, groups = corpus.texts, corpus.groups
    stance = StanceClassifier(**STANCE_SETTINGS).fit(texts, corpus.stances, groups=groups)
    sentiments = [str(sentiment) for sentiment in corpus.sentiments]
    sentiment = SentimentClassifier(**SENTIMENT_SETTINGS).fit(texts, sentiments, groups=groups)
    return stance, sentiment
