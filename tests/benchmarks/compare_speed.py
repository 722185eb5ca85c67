"""Speed beside other libraries, in one run: python tests/benchmarks/compare_speed.py

Needs ``pip install '.[benchmarks]'``. CPU time of one process on one thread, measured in turns,
median of seven rounds; every peer sees the same passages. Ratios are what counts: times depend on
the machine. Passages are made from the training corpus: sentences in a new order, with words that
no model has seen.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

import stancelib

CORPUS = Path(__file__).parent.parent.parent / "training" / "corpus"
ROUNDS = 7
UNSEEN_SHARE = 0.4
"""Share of the passages that get a word of their own: invented names, misspellings."""

Run = Callable[[list[str]], Any]


def made_passages(n: int, seed: int = 0) -> list[str]:
    """Passages with realistic words, each in no corpus, with 0.3 unseen words or more on average."""
    chance = random.Random(seed)
    sentences = [s.text for text in stancelib.read_corpus(CORPUS).texts for s in stancelib.split_sentences(text)]
    syllables = "ba ke lo mi nu ra se to vi zu dran gor hal pek stor mun".split()
    passages = []
    for _ in range(n):
        words = " ".join(chance.sample(sentences, 2)).split()
        if chance.random() < UNSEEN_SHARE:
            name = "".join(chance.choices(syllables, k=4)).title()
            words.insert(chance.randrange(len(words)), name)
        passages.append(" ".join(words[:60]))
    return passages


def sklearn_pipeline(features: Any) -> Run:
    """A fitted scikit-learn pipeline."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    corpus = stancelib.read_corpus(CORPUS)
    model = make_pipeline(features, LogisticRegression(max_iter=30, tol=0.1))
    return model.fit(corpus.texts, corpus.stances).predict_proba


def word_and_characters() -> Run:
    """Words, pairs and characters in words: the features of the fast model, as users build them."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2)
    return sklearn_pipeline(make_union(words, characters))


def word_pairs() -> Run:
    """TF-IDF of words and pairs."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return sklearn_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2))


def hashing() -> Run:
    """Hashed words and pairs with a linear model trained by SGD."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    corpus = stancelib.read_corpus(CORPUS)
    model = make_pipeline(HashingVectorizer(ngram_range=(1, 2)), SGDClassifier(loss="log_loss", random_state=0))
    return model.fit(corpus.texts, corpus.stances).predict_proba


def vader() -> Run:
    """VADER's polarity scores."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda texts: [analyzer.polarity_scores(text) for text in texts]


def textblob() -> Run:
    """TextBlob's polarity."""
    from textblob import TextBlob

    return lambda texts: [TextBlob(text).sentiment for text in texts]


def fasttext() -> Run:
    """fastText on the same tokens: words and pairs of words, 100 dimensions."""
    import fasttext as package

    from stancelib.tokens import normalize, token_texts

    def tokens(text: str) -> str:
        return " ".join(token_texts(normalize(text)))

    corpus = stancelib.read_corpus(CORPUS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        rows = (f"__label__{e.stance} {tokens(e.text)}\n" for e in corpus)
        file.write_text("".join(rows), "utf-8")
        model = package.train_supervised(str(file), wordNgrams=2, epoch=5, thread=1, verbose=0)
    return lambda texts: model.predict([tokens(text) for text in texts], k=4)


def treebank() -> Run:
    """nltk's word tokenizer alone."""
    from nltk.tokenize import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    return lambda texts: [tokenizer.tokenize(text) for text in texts]


def punkt() -> Run:
    """nltk's sentence splitter alone."""
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    tokenizer = PunktSentenceTokenizer()
    return lambda texts: [tokenizer.tokenize(text) for text in texts]


def regular_expression() -> Run:
    """``re`` finding the tokens, and nothing else."""
    pattern = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")
    return lambda texts: [pattern.findall(text.lower()) for text in texts]


def join_and_split() -> Run:
    """Joining all passages, lower case, splitting at white space: a floor for anything in Python."""
    return lambda texts: " \0 ".join(texts).lower().split()


PEERS: dict[str, Callable[[], Run]] = {
    "scikit-learn TF-IDF word+char + LR": word_and_characters,
    "scikit-learn TF-IDF(1-2) + LR": word_pairs,
    "scikit-learn hashing + SGD": hashing,
    "VADER": vader,
    "TextBlob": textblob,
    "fastText (same tokenizing)": fasttext,
    "nltk word tokenizer alone": treebank,
    "nltk Punkt alone": punkt,
    "re tokenizing alone": regular_expression,
    "join + split floor": join_and_split,
}


def fresh_model() -> Run:
    """The bundled model with nothing remembered."""
    from stancelib.labeler import load

    return load(Path(stancelib.__file__).parent / "models" / "fast").predict_proba


def cpu_seconds(run: Run, texts: list[str]) -> float:
    """CPU time of one call."""
    start = time.process_time()
    run(texts)
    return time.process_time() - start


def throughput(n: int) -> None:
    """Microseconds per passage, first pass and warm, and the ratios."""
    rounds = [made_passages(n, seed) for seed in range(ROUNDS + 1)]
    warm = fresh_model()
    warm(rounds[ROUNDS])
    runs = {name: make() for name, make in PEERS.items()}
    times: dict[str, list[float]] = {name: [] for name in ["stancelib, first pass", "stancelib, warm", *runs]}
    for texts in rounds[:ROUNDS]:
        times["stancelib, first pass"].append(cpu_seconds(fresh_model(), texts))
        cpu_seconds(warm, texts)
        times["stancelib, warm"].append(cpu_seconds(warm, texts))
        for name, run in runs.items():
            times[name].append(cpu_seconds(run, texts))
    micro = {name: statistics.median(values) / n * 1e6 for name, values in times.items()}
    first, again = micro["stancelib, first pass"], micro["stancelib, warm"]
    print(f"\n{n} passages a round, median of {ROUNDS}\n")
    print("| scorer | µs per passage | × first pass | × warm |\n| --- | --- | --- | --- |")
    for name, value in micro.items():
        print(f"| {name} | {value:.1f} | {value / first:.1f} | {value / again:.1f} |")


def latency(n: int = 300) -> None:
    """One passage at a time: median of single calls."""
    texts = made_passages(n, 99)
    runs = {"stancelib": fresh_model(), "scikit-learn TF-IDF word+char + LR": word_and_characters()}
    medians = {}
    for name, run in runs.items():
        for text in texts[:100]:
            run([text])
        medians[name] = statistics.median(cpu_nanoseconds(run, [text]) for text in texts) / 1e3
    print("\n| one passage, p50 | µs | ratio |\n| --- | --- | --- |")
    for name, value in medians.items():
        print(f"| {name} | {value:.0f} | {value / medians['stancelib']:.1f} |")


def cpu_nanoseconds(run: Run, texts: list[str]) -> int:
    """CPU time of one call, in nanoseconds."""
    start = time.thread_time_ns()
    run(texts)
    return time.thread_time_ns() - start


def whole_articles(n: int = 150) -> None:
    """Articles to labelled passages (splitting, scoring, spans) beside Punkt alone on the same text."""
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    passages = made_passages(12 * n, 7)
    articles = ["\n".join(passages[start : start + 12]) for start in range(0, len(passages), 12)]
    size = sum(len(article.encode()) for article in articles)
    labeler, tokenizer = stancelib.load(), PunktSentenceTokenizer()
    names = ("stancelib, labelled", "stancelib, holders=False", "split_passages", "nltk Punkt alone")
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        times["stancelib, labelled"].append(cpu_seconds(lambda t: [labeler.label(a) for a in t], articles))
        times["stancelib, holders=False"].append(
            cpu_seconds(lambda t: [labeler.label(a, holders=False) for a in t], articles)
        )
        times["split_passages"].append(cpu_seconds(lambda t: [stancelib.split_passages(a) for a in t], articles))
        times["nltk Punkt alone"].append(cpu_seconds(lambda t: [tokenizer.tokenize(a) for a in t], articles))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print("\n| whole articles | MB/s | ratio |\n| --- | --- | --- |")
    for name, value in medians.items():
        print(f"| {name} | {size / value / 1e6:.2f} | {value / medians['stancelib, labelled']:.2f} |")


def cold_start() -> None:
    """Start of the process to the first label, wall time, best of five."""
    ours = "import stancelib; stancelib.load().predict(['Norway will send two frigates to the mission.'])"
    theirs = """
import pickle, sys
pickle.load(open(sys.argv[1], 'rb')).predict_proba(['Norway will send two frigates to the mission.'])
"""
    import pickle

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.pkl"
        file.write_bytes(pickle.dumps(word_and_characters().__self__))  # type: ignore[attr-defined]
        seconds = {
            "stancelib": min(wall(["-c", ours]) for _ in range(5)),
            "scikit-learn TF-IDF word+char + LR": min(wall(["-c", theirs, str(file)]) for _ in range(5)),
        }
    print("\n| process start to first label | s | share |\n| --- | --- | --- |")
    peer = seconds["scikit-learn TF-IDF word+char + LR"]
    for name, value in seconds.items():
        print(f"| {name} | {value:.2f} | {value / peer:.2f} |")


def wall(arguments: list[str]) -> float:
    """Wall time of a Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def memory() -> None:
    """Peak memory of one process after some and after many passages."""
    code = """
import pathlib, re, stancelib
model = stancelib.load()
texts = [f"Oslo {n} will send frigate Zk{n % 90000} to the mission, the minister said." for n in range(20000)]

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024

for _ in range(5):
    model.predict_proba(texts)
before = peak()
for _ in range(45):
    model.predict_proba(texts)
print(before, peak())
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    before, after = map(float, done.stdout.split())
    print("\n| peak memory | MB |\n| --- | --- |")
    print(f"| after 100 thousand passages | {before:.0f} |\n| growth to a million | {after - before:.1f} |")


MEASURES: dict[str, Callable[[], None]] = {
    "throughput": lambda: throughput(2000),
    "latency": latency,
    "articles": whole_articles,
    "start": cold_start,
    "memory": memory,
}


def main(names: Iterable[str]) -> None:
    """Run the measures one after the other."""
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {os.cpu_count()} cores")
    for name in names:
        MEASURES[name]()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measures", nargs="*", default=list(MEASURES), help=", ".join(MEASURES))
    main(parser.parse_args().measures)
