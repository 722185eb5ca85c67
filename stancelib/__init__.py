"""Who supports, who is cautious about and who opposes a coalition initiative in a news article.

>>> import stancelib
>>> labeler = stancelib.load()
>>> [p.stance for p in labeler.label("Norway will send two frigates to the escort mission.")]
['supportive']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .classifier import SentimentClassifier, StanceClassifier
    from .corpus import Corpus, Example, read_corpus
    from .encoder_features import EncoderFeatures
    from .errors import (
        CorpusError,
        InputError,
        MissingExtraError,
        ModelFolderError,
        StanceError,
        TextTypeError,
    )
    from .evaluation import Evaluation, evaluate
    from .features import PassageFeatures
    from .labeler import Labeler, load, save
    from .passages import split_passages
    from .records import SENTIMENTS, STANCES, Article, Evidence, LabeledPassage, Span
    from .register import Initiative, Register, read_register
    from .retraining import train
    from .sentences import split_sentences
    from .tokens import tokenize

_HOME = {
    "Article": "records",
    "Corpus": "corpus",
    "CorpusError": "errors",
    "EncoderFeatures": "encoder_features",
    "Evaluation": "evaluation",
    "Evidence": "records",
    "Example": "corpus",
    "InputError": "errors",
    "Initiative": "register",
    "LabeledPassage": "records",
    "Labeler": "labeler",
    "MissingExtraError": "errors",
    "ModelFolderError": "errors",
    "PassageFeatures": "features",
    "Register": "register",
    "SENTIMENTS": "records",
    "STANCES": "records",
    "SentimentClassifier": "classifier",
    "Span": "records",
    "StanceClassifier": "classifier",
    "StanceError": "errors",
    "TextTypeError": "errors",
    "evaluate": "evaluation",
    "load": "labeler",
    "read_corpus": "corpus",
    "read_register": "register",
    "save": "labeler",
    "split_passages": "passages",
    "split_sentences": "sentences",
    "tokenize": "tokens",
    "train": "retraining",
}

__all__ = [
    "SENTIMENTS",
    "STANCES",
    "Article",
    "Corpus",
    "CorpusError",
    "EncoderFeatures",
    "Evaluation",
    "Evidence",
    "Example",
    "Initiative",
    "InputError",
    "LabeledPassage",
    "Labeler",
    "MissingExtraError",
    "ModelFolderError",
    "PassageFeatures",
    "Register",
    "SentimentClassifier",
    "Span",
    "StanceClassifier",
    "StanceError",
    "TextTypeError",
    "evaluate",
    "load",
    "read_corpus",
    "read_register",
    "save",
    "split_passages",
    "split_sentences",
    "tokenize",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: nothing loads that is not needed."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
