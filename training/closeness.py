"""How far is the corpus from real text? python training/closeness.py --held-out FILE

A linear classifier tries to tell corpus passages from those of the held-out file: 0.5 is an area
under the curve (AUC) of passages that cannot be told apart, 1 one of passages that always can. It is
given as many passages from either side, as many of each stance. The second AUC sees no topic: only
function words, cue words, punctuation and numbers. Then come simple statistics of both sides. Exit
status 1 when the whole corpus is told apart better than it should be.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure import held_out_corpus
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from stancelib.corpus import Corpus, read_corpus
from stancelib.lexicons import CUES, ENGLISH_WORDS, NEGATIONS, cue_names, pair_cue_names
from stancelib.records import STANCES
from stancelib.sentences import split_sentences
from stancelib.tokens import NUMBER, normalize, token_texts

FUNCTION_WORDS = ENGLISH_WORDS | frozenset(
    """of to in a is for on as by it at be was or an not had our he she we all one more no if so i you into out up
    may can do did my""".split()
)
"""Words that say something of style and nothing of the topic."""

CORPUS = Path(__file__).parent / "corpus"

LIMIT = 0.80
"""AUC on words that the whole corpus should not exceed."""

FOLDS = 5

_TITLES = "Mr|Mrs|Ms|Dr|President|Minister|Chancellor|Premier|General|Admiral|Colonel|Senator|Secretary|Ambassador"
_SAYING = "said|says|told|added|argued|argues|warned|warns|wrote|writes|noted|explained|insisted|stressed|asked"
_NAME = r"[A-Z][\w'’-]+"
_PERSON = re.compile(
    rf"\b(?:{_TITLES})\.? {_NAME}|\b{_NAME} {_NAME} (?:has |had )?(?:{_SAYING})\b"
    rf"|\b(?:{_SAYING}) {_NAME} {_NAME}|\b{_NAME} {_NAME}, (?:the|a|an|who|of|its|his|her) "
)
_PATTERNS = {
    "quotation marks": re.compile(r"[\"“”„«»]|(?<!\w)['‘]\w[^'’]*['’](?!\w)"),
    "typographic quotation marks": re.compile(r"[“”„«»‘]"),
    "typographic apostrophes": re.compile(r"\w’\w"),
    "a named person (by pattern)": _PERSON,
    "first-person pronouns": re.compile(r"\b(?:I|[Ww]e|[Oo]ur|[Uu]s|[Mm]y|[Mm]e|[Oo]urs|[Mm]ine)\b"),
    "third-person pronouns": re.compile(r"\b(?:he|she|they|him|her|them|his|hers|their|theirs)\b", re.IGNORECASE),
    "numbers in digits": re.compile(r"\d"),
    "question marks": re.compile(r"\?"),
    "passives (was/were …ed)": re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ly )?\w+ed\b", re.IGNORECASE),
    "semicolons": re.compile(";"),
    "colons": re.compile(":"),
    "dashes": re.compile(r"[–—]| - "),
    "parentheses": re.compile(r"\("),
}
_CUE_TITLES = {"report": "cue report (reporting verbs)", "contrast": "cue contrast (contrast words)"}


def style_tokens(text: str) -> list[str]:
    """The tokens of a text, with one sign for every word that may belong to a topic.

    Examples
    --------
    >>> style_tokens("Oslo rejects the 2 ships.")
    ['~', 'rejects', 'the', '0', '~', '.']
    """
    tokens = [NUMBER if token[0].isdigit() else token for token in token_texts(normalize(text))]
    return [token if _is_style(token) else "~" for token in tokens]


def _is_style(token: str) -> bool:
    return token in FUNCTION_WORDS or token in NEGATIONS or not token[0].isalpha() or bool(cue_names(token))


def word_classifier() -> Pipeline:
    """TF-IDF of words and pairs, logistic regression."""
    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)
    )


def style_classifier() -> Pipeline:
    """The same over `style_tokens`."""
    vectorizer = TfidfVectorizer(analyzer=_style_grams, sublinear_tf=True)
    return make_pipeline(vectorizer, LogisticRegression(C=10, max_iter=1000))


def _style_grams(text: str) -> list[str]:
    tokens = style_tokens(text)
    return tokens + [f"{left} {right}" for left, right in pairwise(tokens)]


def matched_sample(corpus: Corpus, held_out: Corpus, seed: int) -> tuple[Corpus, Corpus]:
    """As many passages of either side, drawn at random, as many of each stance."""
    rng = np.random.default_rng(seed)
    chosen: tuple[list[int], list[int]] = ([], [])
    for stance in STANCES:
        places = [[i for i, example in enumerate(side) if example.stance == stance] for side in (corpus, held_out)]
        count = min(map(len, places))
        for side, there in zip(chosen, places, strict=True):
            side.extend(rng.choice(there, count, replace=False) if count else ())
    return corpus.take(chosen[0]), held_out.take(chosen[1])


def separation(corpus: Corpus, held_out: Corpus, classifier: Callable[[], Pipeline], seeds: int) -> NDArray[np.float64]:
    """AUC of telling the two sides apart, one per seed: the mean over grouped folds.

    Parameters
    ----------
    corpus, held_out : Corpus
        The two sides; articles and contrast sets stay on one side of a fold.
    classifier : callable
        What gives a new, unfitted classifier.
    seeds : int
        Number of samples.

    Returns
    -------
    ndarray of shape (seeds,)
    """
    areas = []
    for seed in range(seeds):
        sides = matched_sample(corpus, held_out, seed)
        texts = np.array(sides[0].texts + sides[1].texts, dtype=object)
        truth = np.repeat([1, 0], [len(side) for side in sides])
        groups = [f"{side} {group}" for side, part in enumerate(sides) for group in part.groups]
        splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
        for train, test in splitter.split(texts, truth, groups):
            scores = classifier().fit(texts[train], truth[train]).decision_function(texts[test])
            areas.append(roc_auc_score(truth[test], scores))
    means: NDArray[np.float64] = np.array(areas).reshape(seeds, FOLDS).mean(axis=1)
    return means


def telltale_words(corpus: Corpus, held_out: Corpus, count: int, seeds: int) -> list[str]:
    """Words and pairs that most give the corpus side away; the held-out side's are not shown."""
    weights: dict[str, float] = {}
    for seed in range(seeds):
        sides = matched_sample(corpus, held_out, seed)
        model = word_classifier().fit(sides[0].texts + sides[1].texts, np.repeat([1, 0], [len(side) for side in sides]))
        for word, weight in zip(model[0].get_feature_names_out(), model[1].coef_[0], strict=True):
            weights[word] = weights.get(word, 0.0) + float(weight) / seeds
    return sorted(weights, key=lambda word: -weights[word])[:count]


def statistics(texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """One value per text for each statistic; 0 or 1 for what a text has or has not."""
    words = np.array([len(re.findall(r"\w+", text)) for text in texts], dtype=float)
    sentences = np.array([len(split_sentences(text)) for text in texts], dtype=float)
    values = {"words": words, "sentences": sentences, "words per sentence": words / np.maximum(sentences, 1)}
    values |= {f"has {name}": np.array([bool(p.search(t)) for t in texts], float) for name, p in _PATTERNS.items()}
    cues = [_cues(text) for text in texts]
    names = {name: _CUE_TITLES.get(name, f"cue {name}") for name in CUES}
    return values | {f"has {title}": np.array([name in own for own in cues], float) for name, title in names.items()}


def _cues(text: str) -> set[str]:
    tokens = token_texts(normalize(text))
    pairs = [pair_cue_names(left, right) for left, right in pairwise(tokens)]
    return {name for names in [*map(cue_names, tokens), *pairs] for name in names}


def statistics_table(corpus: Corpus, held_out: Corpus) -> str:
    """Both sides as a Markdown table, the largest gap (in standard deviations) first.

    The corpus's passages are weighted so that each stance counts what it does in the held-out file.
    """
    ours_have, theirs_have = Counter(corpus.stances), Counter(held_out.stances)
    weights = [theirs_have[stance] / ours_have[stance] for stance in corpus.stances]
    sides = statistics(corpus.texts), statistics(held_out.texts)
    rows = []
    for name, theirs in sides[1].items():
        mean, other = float(np.average(sides[0][name], weights=weights)), float(theirs.mean())
        spread = np.sqrt((np.average((sides[0][name] - mean) ** 2, weights=weights) + theirs.var()) / 2)
        gap = (mean - other) / spread if spread else 0.0
        form = "{:.0%}" if name.startswith("has ") else "{:.1f}"
        rows.append((gap, f"| {name} | {form.format(mean)} | {form.format(other)} | {gap:+.2f} |"))
    rows.sort(key=lambda row: -abs(row[0]))
    head = ["| statistic | corpus | held out | gap (sd) |", "| --- | --: | --: | --: |"]
    return "\n".join([*head, *(line for _, line in rows)])


def separation_row(name: str, part: Corpus, held_out: Corpus, areas: Sequence[NDArray[np.float64]]) -> str:
    """One Markdown row: mean and standard deviation of each kind of AUC."""
    cells = " | ".join(f"{area.mean():.3f} ± {area.std():.3f}" for area in areas)
    return f"| {name} | {len(part)} | {len(matched_sample(part, held_out, 0)[0])} | {cells} |"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="a folder of corpus files, or one file")
    parser.add_argument("--seeds", type=int, default=5, help="samples drawn (%(default)s)")
    parser.add_argument("--telltale", type=int, default=0, metavar="N", help="also print N words that mark the corpus")
    arguments = parser.parse_args()
    held_out = held_out_corpus(arguments.held_out)
    files = sorted(arguments.corpus.glob("*.jsonl")) if arguments.corpus.is_dir() else [arguments.corpus]
    files_read = {file.stem: read_corpus(file) for file in files}
    corpus = Corpus(example for part in files_read.values() for example in part)
    parts = {"*everything*": corpus} | files_read
    print("| part | passages | used per side | AUC, words (± sd over samples) | AUC, style |")
    print("| --- | --: | --: | --: | --: |")
    on_words = {}
    for name, part in parts.items():
        on_words[name] = separation(part, held_out, word_classifier, arguments.seeds)
        on_style = separation(part, held_out, style_classifier, arguments.seeds)
        print(separation_row(name, part, held_out, (on_words[name], on_style)), flush=True)
    print(f"\n{statistics_table(corpus, held_out)}")
    print(f"\nA gap below {2 / np.sqrt(len(held_out)):.2f} may be chance: {len(held_out)} held-out passages.")
    if arguments.telltale:
        words = telltale_words(corpus, held_out, arguments.telltale, arguments.seeds)
        print(f"\nWords that mark the corpus: {', '.join(words)}")
    return 1 if on_words["*everything*"].mean() > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
