"""Weights as bytes, for products whose other side is quantized as it comes, one scale for a tensor.

A few channels of this model reach ten times as far as the rest, and one scale for all leaves the
rest few steps. Dividing such a channel, and multiplying its weights, changes no product and gives
the steps back (SmoothQuant, https://arxiv.org/abs/2211.10438; here the reach is computed from the
weights instead of measured on texts). It halves the distance to the fp32 vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

DEVIATIONS = 4
"""How many standard deviations a channel is taken to reach."""
GELU_MINIMUM = 0.17
"""The depth of GELU below zero."""


def quantize_rows(rows: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return `rows` as integers in [-127, 127], and the scale of each row."""
    scales = np.maximum(np.abs(rows).max(axis=1), np.finfo(np.float32).tiny) / np.float32(127)
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def normalized_reach(gamma: Floats, beta: Floats) -> Floats:
    """Return how far from zero each channel goes after a layer normalisation."""
    return np.abs(gamma) * DEVIATIONS + np.abs(beta)


def gelu_reach(weight: Floats, bias: Floats, gamma: Floats, beta: Floats) -> Floats:
    """Return how far each channel goes after GELU of a product with a normalised layer."""
    mean = bias + weight @ beta
    deviation = np.sqrt(np.square(weight * gamma).sum(axis=1))
    return np.maximum(mean + DEVIATIONS * deviation, np.float32(GELU_MINIMUM))


def smoothing(reach: Floats) -> Floats:
    """Return what to divide each channel by, so that none goes beyond the median one's reach."""
    return np.maximum(np.float32(1), reach / np.median(reach)).astype(np.float32)
