"""all-MiniLM-L6-v2 written as an ONNX graph, straight from its published weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from core.local.precision import Precision
from core.local.quantize import gelu_reach, normalized_reach, quantize_rows, smoothing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from onnx import ModelProto, NodeProto

    Floats: TypeAlias = NDArray[np.float32]

LAYERS = 6
HEADS = 12
WIDTH = 384
EPSILON = 1e-12
"""Of every layer normalisation; the model's own."""
MICROSOFT = "com.microsoft"
"""The domain of onnxruntime's own operators."""


def build_graph(weights: Mapping[str, Floats], precision: Precision) -> ModelProto:
    """Return the encoder: the `ids` of one text, special tokens included, to a unit `vector`.

    It also gives the `tokens` whose mean the vector is, each in context, not of length one.

    It takes one text at a time, without padding, so there is no attention mask, and the mean over
    the tokens is the pooling the model was trained with. Weights are quantized by output channel,
    activations as they come, by tensor: with one text in a run, a vector is its text's alone.
    """
    graph = _Graph(weights, precision)
    hidden = graph.embed()
    for layer in range(LAYERS):
        hidden = graph.attend(hidden, layer)
        hidden = graph.transform(hidden, layer)
    graph.pool(hidden)
    return graph.model()


class _Graph:
    """The nodes so far; every method adds some and returns the name of their output."""

    def __init__(self, weights: Mapping[str, Floats], precision: Precision) -> None:
        self._weights = weights
        self._precision = precision
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def embed(self) -> str:
        words = self._look_up("embeddings.word_embeddings.weight")
        # Every text is of the first of the two token types, so its row goes into the positions.
        positions = self._constant(
            "positions",
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0],
        )
        length = self._add("Shape", "ids", start=1, end=2)
        first = self._constant("first", np.array([0]))
        places = self._add("Slice", positions, first, length, first)
        return self._normalize(words, places, "embeddings.LayerNorm")

    def attend(self, hidden: str, layer: int) -> str:
        name = f"encoder.layer.{layer}.attention"
        parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
        joined = self._multiply(
            hidden,
            np.concatenate([self._weights[f"{part}.weight"] for part in parts]),
            np.concatenate([self._weights[f"{part}.bias"] for part in parts]),
            reach=normalized_reach(*self._pair(_input_norm(layer))),
        )
        self._nodes.append(helper.make_node("Split", [joined], parts, axis=-1, num_outputs=3))
        mixed = self._add("MultiHeadAttention", *parts, domain=MICROSOFT, num_heads=HEADS)
        projected = self._multiply(mixed, *self._pair(f"{name}.output.dense"))
        return self._normalize(projected, hidden, f"{name}.output.LayerNorm")

    def transform(self, hidden: str, layer: int) -> str:
        name = f"encoder.layer.{layer}"
        norm = self._pair(f"{name}.attention.output.LayerNorm")
        up = self._pair(f"{name}.intermediate.dense")
        inner = self._multiply(hidden, *up, reach=normalized_reach(*norm))
        inner = self._add("Gelu", inner, domain=MICROSOFT)
        down = self._pair(f"{name}.output.dense")
        outer = self._multiply(inner, *down, reach=gelu_reach(*up, *norm))
        return self._normalize(outer, hidden, _input_norm(layer + 1))

    def pool(self, hidden: str) -> None:
        self._nodes.append(helper.make_node("Identity", [hidden], ["tokens"]))
        mean = self._add("ReduceMean", hidden, self._constant("tokens", np.array([1])), keepdims=0)
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1, p=2))

    def model(self) -> ModelProto:
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, WIDTH]),
                helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "tokens", WIDTH]),
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _multiply(
        self, hidden: str, weight: Floats, bias: Floats, *, reach: Floats | None = None
    ) -> str:
        added = self._constant("bias", bias)
        if self._precision is Precision.FP32:
            matrix = self._constant("weight", np.ascontiguousarray(weight.T))
            return self._add("Add", self._add("MatMul", hidden, matrix), added)
        if reach is not None:
            smooth = smoothing(reach)
            hidden = self._add("Mul", hidden, self._constant("smoothing", 1 / smooth))
            weight = weight * smooth
        quantized, scales = quantize_rows(weight)
        matrix = self._constant("weight", np.ascontiguousarray(quantized.T))
        scale = self._constant("scale", scales)
        no_zero_point = ""
        return self._add(
            "DynamicQuantizeMatMul", hidden, matrix, scale, no_zero_point, added, domain=MICROSOFT
        )

    def _look_up(self, name: str) -> str:
        table = self._weights[name]
        if self._precision is Precision.FP32:
            return self._add("Gather", self._constant(name, table), "ids")
        quantized, scales = quantize_rows(table)
        rows = self._add("Gather", self._constant(name, quantized), "ids")
        scale = self._add("Gather", self._constant("scale", scales[:, None]), "ids")
        return self._add("Mul", self._add("Cast", rows, to=TensorProto.FLOAT), scale)

    def _normalize(self, hidden: str, residual: str, name: str) -> str:
        gamma, beta = self._pair(name)
        # onnxruntime's SkipLayerNormalization, the two in one, takes seven times as long on a CPU.
        return self._add(
            "LayerNormalization",
            self._add("Add", hidden, residual),
            self._constant("gamma", gamma),
            self._constant("beta", beta),
            epsilon=EPSILON,
        )

    def _pair(self, name: str) -> tuple[Floats, Floats]:
        """Return the weight and bias of a product, or the gamma and beta of a normalisation."""
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        unique = f"{name}.{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(value, unique))
        return unique

    def _add(self, operator: str, *inputs: str, domain: str = "", **attributes: float) -> str:
        output = f"{operator}.{len(self._nodes)}"
        node = helper.make_node(operator, inputs, [output], domain=domain)
        node.attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())
        self._nodes.append(node)
        return output


def _input_norm(layer: int) -> str:
    """Return the name of the normalisation whose output `layer` reads."""
    return f"encoder.layer.{layer - 1}.output.LayerNorm" if layer else "embeddings.LayerNorm"
