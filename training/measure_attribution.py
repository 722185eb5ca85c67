"""Measure who-says-what of both models: python training/measure_attribution.py

Holder, kind and initiative on the grouped tenth of the corpus that the accurate model was not
trained on (the split of ``training/train_encoder.py``); the fast tagger is trained on the rest here.
The stance is given, so that only attribution is measured: a passage that takes one has a holder,
the others none. Then resolved holders on ``training/attribution/articles.jsonl``, whole articles
written for this, with the stance given and from end to end.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from held_out import split_held_out

from stancelib.accurate import AccurateModel
from stancelib.attribution import Attribution, Spotter
from stancelib.attribution_training import fit_attribution
from stancelib.corpus import AUTHOR, Corpus, Example, read_corpus
from stancelib.fast import FastModel
from stancelib.labeler import Labeler, load
from stancelib.records import NO_STANCE, LabeledPassage, Span
from stancelib.resolution import resolve
from stancelib.tokens import normalize, token_texts

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
ARTICLES = HERE / "attribution" / "articles.jsonl"


@dataclass(frozen=True)
class Agreement:
    """How far found words agree with given ones, 0 to 1."""

    exact: float
    exact_without_article: float
    overlap: float


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="*", default=["fast", "accurate"], choices=["fast", "accurate"])
    names = parser.parse_args().models
    train, held_out = split_held_out(read_corpus(CORPUS))
    print("| model | span | exact F1 | exact F1, article aside | word-overlap F1 | holder kind |")
    print("| --- | --- | --: | --: | --: | --: |")
    labelers = {}
    for name in names:
        labelers[name] = _labeler(name, train)
        for row in corpus_rows(name, held_out, attributions(labelers[name], held_out.texts, held_out.stances)):
            print(row, flush=True)
    print("\n| model | holders | as found | resolved | resolved, end to end | kind | initiative |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    articles = [json.loads(line) for line in ARTICLES.read_text("utf-8").splitlines()]
    for name, labeler in labelers.items():
        print(article_row(name, articles, labeler), flush=True)
    return 0


def _labeler(name: str, train: Corpus) -> Labeler:
    bundled = load(name)
    if not isinstance(bundled.model, FastModel):
        return bundled
    return Labeler(FastModel(bundled.model.scorer, Spotter(fit_attribution(train))), name)


def attributions(labeler: Labeler, texts: Sequence[str], stances: Sequence[str]) -> list[Attribution]:
    """Holder, kind and initiative of passages whose stance is given."""
    model: Any = labeler.model
    if isinstance(model, AccurateModel):
        encoded = model.encoder.encode(texts)
        spans = zip(texts, stances, encoded.holders, encoded.holder_kinds, encoded.initiatives, strict=True)
        return [
            Attribution(_span(text, holder), kind, _span(text, initiative))
            if stance != NO_STANCE
            else Attribution(initiative=_span(text, initiative))
            for text, stance, holder, kind, initiative in spans
        ]
    found: list[Attribution] = model.attributions(texts, stances)
    return found


def _span(text: str, offsets: tuple[int, int] | None) -> Span | None:
    return offsets and Span(*offsets, text[slice(*offsets)])


def corpus_rows(name: str, corpus: Corpus, found: Sequence[Attribution]) -> list[str]:
    """Two rows of the first table."""
    held = [(example, part) for example, part in zip(corpus, found, strict=True) if example.stance != NO_STANCE]
    holder = agreement(
        [None if example.holder == AUTHOR else example.holder for example, _ in held],
        [part.holder and part.holder.text for _, part in held],
    )
    initiative = agreement(
        [example.target for example in corpus], [part.initiative and part.initiative.text for part in found]
    )
    kinds = [(known_kind(example), part.holder_kind) for example, part in held if known_kind(example)]
    kind = f"{sum(a == b for a, b in kinds) / len(kinds):.3f}"
    return [
        f"| {name} | {span} | {part.exact:.3f} | {part.exact_without_article:.3f} | {part.overlap:.3f} | {cell} |"
        for span, part, cell in (("holder", holder, kind), ("initiative", initiative, ""))
    ]


def known_kind(example: Example) -> str | None:
    """The kind as the library gives it; None where the corpus does not say."""
    if example.holder == AUTHOR:
        return AUTHOR
    return example.holder_kind and ("group" if example.holder_kind == "group" else "named")


def agreement(given: Sequence[str | None], found: Sequence[str | None]) -> Agreement:
    """Exact and word-overlap F1 of words found against words given."""
    bare = [[core(words) for words in side] for side in (given, found)]
    tokens = [[token_texts(normalize(words or "")) for words in side] for side in (given, found)]
    shared = sum(len(set(a) & set(b)) for a, b in zip(*tokens, strict=True))
    size = sum(len(set(words)) for side in tokens for words in side)
    return Agreement(exact_f1(given, found), exact_f1(*bare), 2 * shared / max(1, size))


def exact_f1(given: Sequence[str | None], found: Sequence[str | None]) -> float:
    """F1 of the spans that are exactly right."""
    hits = sum(a == b for a, b in zip(given, found, strict=True) if a)
    return 2 * hits / max(1, sum(map(bool, given)) + sum(map(bool, found)))


def core(words: str | None) -> str | None:
    """Lower case, without a leading article."""
    if words is None:
        return None
    first, _, rest = words.lower().partition(" ")
    return rest if first in ("the", "a", "an") and rest else words.lower()


def article_row(name: str, articles: Sequence[dict[str, Any]], labeler: Labeler) -> str:
    """A row of the second table: shares of the holders that are right."""
    hits = dict.fromkeys(("found", "resolved", "end to end", "kind", "initiative"), 0)
    count = 0
    for article in articles:
        text = "\n\n".join(passage["text"] for passage in article["passages"])
        found = given_stances(labeler, text, article["passages"])
        sides = (article["passages"], found, resolve(text, found), labeler.label(text))
        for given, raw, resolved, labeled in zip(*sides, strict=True):
            if given["holder"] is None:
                continue
            count += 1
            hits["found"] += is_holder(raw, given["holder"])
            hits["resolved"] += is_holder(resolved, given["holder"])
            hits["end to end"] += is_holder(labeled, given["holder"])
            hits["kind"] += resolved.holder_kind == given["kind"]
            hits["initiative"] += is_short_for(resolved.initiative, article["initiative"])
    return f"| {name} | {count} | {' | '.join(f'{hit / count:.3f}' for hit in hits.values())} |"


def given_stances(labeler: Labeler, text: str, given: Sequence[dict[str, Any]]) -> list[LabeledPassage]:
    """The passages of an article with their given stances, and what is found in each."""
    passages = labeler.label(text, holders=False)
    if [passage.text for passage in passages] != [row["text"] for row in given]:
        sys.exit("an article is not cut at its paragraphs; write shorter ones")
    stances = [row["stance"] for row in given]
    found = attributions(labeler, [passage.text for passage in passages], stances)
    return [
        replace(
            passage,
            stance=stance,
            holder=_moved(part.holder, passage.start),
            holder_kind=part.holder_kind,
            initiative=_moved(part.initiative, passage.start),
        )
        for passage, stance, part in zip(passages, stances, found, strict=True)
    ]


def _moved(span: Span | None, start: int) -> Span | None:
    return span and Span(start + span.start, start + span.end, span.text)


def is_holder(passage: LabeledPassage, name: str) -> bool:
    """Whether a passage's holder is the named one, with or without titles around the name."""
    if name == AUTHOR or passage.holder is None:
        return name == AUTHOR == passage.holder_kind
    return f" {core(name)} " in f" {(core(passage.holder.text) or '').replace(',', ' ')} "


def is_short_for(initiative: Span | None, name: str) -> bool:
    """Whether an initiative is the named one or a short form of it."""
    return initiative is not None and set((core(initiative.text) or "").split()) <= set((core(name) or "").split())


if __name__ == "__main__":
    sys.exit(main())
