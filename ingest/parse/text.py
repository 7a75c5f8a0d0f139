"""Bytes of text: decoded unchanged, binary told from text."""

from __future__ import annotations

import codecs
import re

from core.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 18
_FEWEST = 4
_FEW = 0.03
"""Where fewer letters than this are not ASCII, they tell little, and the commonest is likeliest."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def decode(content: bytes, *, declared: str = "") -> tuple[str, str]:
    """Return the text of `content` and its encoding: `content.decode(encoding) == text`.

    A byte order mark belongs to the encoding, not to the text. Raises `SourceError` if `content` is
    binary or in no encoding that can be told.

    Args:
        content: any bytes.
        declared: the encoding that the format names; believed where the bytes do not contradict it.
    """
    encoding = _encoding(content, declared)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"cannot be decoded: it begins as {encoding}, byte {error.start:,} is not",
            stage="parse",
        ) from error
    refuse_binary(text)
    return text, encoding


def refuse_binary(text: str) -> None:
    """Raise `SourceError` if `text` has what only binary data has, or cannot be stored as UTF-8."""
    if "\0" in text or len(_CONTROL.findall(text[:_SAMPLE])) > _MOST_CONTROL * len(text[:_SAMPLE]):
        raise SourceError("is binary, not text", stage="parse")
    if _SURROGATE.search(text):
        raise SourceError("has half a surrogate pair, which is no character", stage="parse")


def _encoding(content: bytes, declared: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if wide := _wide(content[:_SAMPLE]):
        return wide
    try:
        content.decode()
    except UnicodeDecodeError as error:
        known = _known(declared)
        return known if known and _decodes(content, known) else _guess(content, error.start)
    return "utf-8"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _known(declared: str) -> str:
    """Return the text encoding that `declared` is a name of, or nothing."""
    try:
        name = codecs.lookup(declared).name
        b"".decode(name)
    except (LookupError, ValueError):
        return ""
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


def _guess(content: bytes, at: int) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few sources need it

    if b"\0" in content:
        raise SourceError("is binary, not text", stage="parse")
    sample = _around(content, at)
    if _decodes(content, "cp1252") and sum(byte > 127 for byte in sample) < _FEW * len(sample):
        return "cp1252"
    best = from_bytes(sample).best()
    if best is None:
        raise SourceError("is binary, or text in an unknown encoding", stage="parse")
    # Many single-byte encodings read the same; the commonest is the likeliest.
    alike = best.could_be_from_charset
    return next((name for name in ("cp1252", "latin_1") if name in alike), best.encoding)


def _around(content: bytes, at: int) -> bytes:
    """Return a sample of `content` that has the byte that is not UTF-8, from line to line."""
    if len(content) <= _SAMPLE:
        return content
    begin = content.rfind(b"\n", 0, max(0, at - _SAMPLE // 4)) + 1
    end = content.rfind(b"\n", begin, begin + _SAMPLE) + 1
    return content[begin : end if end > at else begin + _SAMPLE]


def _wide(sample: bytes) -> str:
    """Return the UTF-16 of an unmarked `sample`: every other byte of Latin text is 0."""
    half = len(sample) // 2
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if (
            half >= _FEWEST
            and sample[first::2].count(0) > 0.7 * half
            and sample[1 - first :: 2].count(0) == 0
        ):
            return encoding
    return ""
