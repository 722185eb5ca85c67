"""How the shipped fast model is trained: the settings that cross-validation chose, in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stancelib.classifier import SentimentClassifier, StanceClassifier
from stancelib.corpus import Corpus

STANCE_SETTINGS = {"C": 5.0}
SENTIMENT_SETTINGS = {"C": 5.0, "class_weight": "balanced"}

NATURAL_NEUTRAL = 1.5
"""What a neutral passage counts beyond balance. Most passages of an article are neutral, in the corpus a
third; with classes in balance a model sees stances where there are none. Higher values follow the
articles' mix further, but cost more among the stances than they bring."""


def stance_weights(stances: Sequence[str]) -> dict[str, float]:
    """Weights of the classes: in balance, but for the neutral one.

    Examples
    --------
    >>> stance_weights(["neutral", "opposed"])
    {'neutral': 1.5, 'opposed': 1.0}
    """
    counts = Counter(stances)
    balanced = {stance: len(stances) / (len(counts) * count) for stance, count in sorted(counts.items())}
    return {stance: weight * (NATURAL_NEUTRAL if stance == "neutral" else 1.0) for stance, weight in balanced.items()}


def stance_classifier(corpus: Corpus, **settings: object) -> StanceClassifier:
    """The stance classifier as it is shipped, fitted to a corpus; ``settings`` differ from the shipped ones."""
    weights = stance_weights(corpus.stances)
    model = StanceClassifier().set_params(**{**STANCE_SETTINGS, "class_weight": weights, **settings})
    return model.fit(corpus.texts, corpus.stances, groups=corpus.groups)


def fit_fast(corpus: Corpus) -> tuple[StanceClassifier, SentimentClassifier]:
    """The two reference classifiers, fitted to a corpus that gives every sentiment."""
    sentiments = [str(sentiment) for sentiment in corpus.sentiments]
    sentiment = SentimentClassifier(**SENTIMENT_SETTINGS).fit(corpus.texts, sentiments, groups=corpus.groups)
    return stance_classifier(corpus), sentiment
