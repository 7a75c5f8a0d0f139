"""How questions about documents as a whole are worded, in each language that is known."""

from __future__ import annotations

from serve.answer.routing.asking.english import ENGLISH
from serve.answer.routing.asking.germanic import GERMANIC
from serve.answer.routing.asking.others import OTHERS
from serve.answer.routing.asking.romance import ROMANCE

ASKING = {**ENGLISH, **GERMANIC, **ROMANCE, **OTHERS}
"""For each language: patterns of which one is met, and the pattern of what names a part."""
