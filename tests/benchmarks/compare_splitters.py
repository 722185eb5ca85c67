"""Compare sentence splitters: hard sentences split exactly, and speed on articles.

    python tests/benchmarks/compare_splitters.py [--corpus training/corpus]

One run measures all of them on the same text, in turns: CPU time, median of seven rounds. The text is
corpus passages joined to articles. Exact match compares the sentences without the spaces around them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "training")]

from learn_sentences import read_texts, train_punkt

from stancelib.sentences import SPACES, split_sentences

Splitter = Callable[[str], Sequence[Any]]

ROUNDS = 7
PASSAGES_PER_PARAGRAPH, PARAGRAPHS_PER_ARTICLE = 2, 10
MEGABYTES = 1.0
"""Text per round: the slowest splitter takes some seconds for it."""


def load_splitters(texts: list[str]) -> dict[str, Splitter]:
    """The splitters by name; every one takes a text and gives strings or spans."""
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    try:
        from sentencex import segment
    except ImportError:
        sys.exit("This comparison needs sentencex. Install it with: pip install sentencex")
    return {
        "stancelib": split_sentences,
        "nltk Punkt, trained on the corpus": PunktSentenceTokenizer(train_punkt(texts)).tokenize,
        "nltk Punkt, our abbreviations": PunktSentenceTokenizer(our_parameters()).tokenize,
        "sentencex": lambda text: list(segment("en", text)),
    }


def our_parameters() -> Any:
    """Untrained Punkt parameters with the abbreviations stancelib uses."""
    from nltk.tokenize.punkt import PunktParameters

    rules = json.loads((ROOT / "stancelib" / "data" / "sentences.json").read_text(encoding="utf-8"))
    parameters = PunktParameters()
    parameters.abbrev_types = {word.lower() for words in rules["abbreviations"].values() for word in words}
    return parameters


def exact_share(split: Splitter, rows: list[dict[str, Any]]) -> float:
    """Share of the rows whose sentences come out exactly."""
    exact = 0
    for row in rows:
        found = (str(getattr(part, "text", part)).strip(SPACES) for part in split(row["text"]))
        exact += [sentence for sentence in found if sentence] == row["sentences"]
    return exact / len(rows)


def build_articles(texts: list[str]) -> list[str]:
    """Articles of joined corpus passages, together about as large as one round needs."""
    shuffled = random.Random(0).sample(texts, len(texts))
    step = PASSAGES_PER_PARAGRAPH
    paragraphs = [" ".join(shuffled[at : at + step]) for at in range(0, len(shuffled), step)]
    step = PARAGRAPHS_PER_ARTICLE
    articles = ["\n\n".join(paragraphs[at : at + step]) for at in range(0, len(paragraphs), step)]
    size = sum(len(article.encode()) for article in articles)
    return articles * max(1, round(MEGABYTES * 1e6 / size))


def measure_speeds(splitters: dict[str, Splitter], articles: list[str]) -> dict[str, float]:
    """Megabytes per second of CPU time, by name."""
    seconds: dict[str, list[float]] = {name: [] for name in splitters}
    for _ in range(ROUNDS):
        for name, split in splitters.items():
            begun = time.process_time()
            for article in articles:
                split(article)
            seconds[name].append(time.process_time() - begun)
    megabytes = sum(len(article.encode()) for article in articles) / 1e6
    return {name: megabytes / median(times) for name, times in seconds.items()}


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description="Compare sentence splitters.")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training" / "corpus")
    texts = read_texts(parser.parse_args().corpus)
    if not texts:
        parser.error("no corpus passages found; name their folder with --corpus")
    hard = (ROOT / "tests" / "data" / "hard_sentences.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in hard.split("\n") if line]
    blind = [row for row in rows if row["blind"]]
    splitters = load_splitters(texts)
    speeds = measure_speeds(splitters, build_articles(texts))
    heading = f"{f'exact of {len(rows)}':>14}{f'of blind {len(blind)}':>14}{'MB/s':>8}{'ours is':>9}"
    print(f"{'splitter':34}{heading}")
    for name, split in splitters.items():
        shares = f"{exact_share(split, rows):>14.1%}{exact_share(split, blind):>14.1%}"
        ratio = speeds["stancelib"] / speeds[name]
        print(f"{name:34}{shares}{speeds[name]:>8.2f}{ratio:>8.1f}x")


if __name__ == "__main__":
    main()
