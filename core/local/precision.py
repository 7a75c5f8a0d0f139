"""How the weights of a local model are kept and multiplied."""

from __future__ import annotations

from enum import StrEnum


class Precision(StrEnum):
    """How the weights of a local model are kept and multiplied."""

    FP32 = "fp32"
    INT8 = "int8"
