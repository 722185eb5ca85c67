"""Fixtures that several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancelib.classifier import SentimentClassifier, StanceClassifier
from stancelib.compilation import compile_classifiers
from stancelib.compiled import CompiledModel
from stancelib.corpus import Corpus, read_corpus
from stancelib.labeler import Labeler, load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The whole training corpus."""
    return read_corpus(ROOT / "training" / "corpus")


@pytest.fixture(scope="session")
def small_corpus(corpus: Corpus) -> Corpus:
    """Every twelfth group or so: enough to fit in a second."""
    groups = sorted(set(corpus.groups))[::12]
    return Corpus(example for example in corpus if example.group in set(groups))


@pytest.fixture(scope="session")
def stance_classifier(small_corpus: Corpus) -> StanceClassifier:
    return StanceClassifier().fit(small_corpus.texts, small_corpus.stances, groups=small_corpus.groups)


@pytest.fixture(scope="session")
def sentiment_classifier(small_corpus: Corpus) -> SentimentClassifier:
    return SentimentClassifier().fit(small_corpus.texts, small_corpus.sentiments, groups=small_corpus.groups)


@pytest.fixture(scope="session")
def compiled_model(stance_classifier: StanceClassifier, sentiment_classifier: SentimentClassifier) -> CompiledModel:
    return compile_classifiers(stance_classifier, sentiment_classifier)


@pytest.fixture(scope="session")
def labeler() -> Labeler:
    """The bundled fast model."""
    return load()


@pytest.fixture
def article() -> str:
    """An example article that comes with the project."""
    return sorted((ROOT / "examples" / "articles").glob("*.txt"))[0].read_text("utf-8")
