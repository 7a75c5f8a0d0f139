"""E-mail: who wrote to whom, when, about what, and the text."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from core.errors import SourceError
from ingest.parse.reading import Reading
from ingest.parse.text import decode, refuse_binary

if TYPE_CHECKING:
    from email.message import EmailMessage

    from core.types import MetadataValue

_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def read_mail(content: bytes) -> Reading:
    """Return the headers that readers see and the text; attachments are named, not read."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        shown = {name: str(message[name]) for name in _SHOWN if message[name]}
        text, encoding = _body(message)
        attached = [part.get_filename() or "unnamed" for part in message.iter_attachments()]
    except (MessageError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise SourceError(f"is no readable e-mail: {error}", stage="parse") from error
    if not shown:
        raise SourceError("is no e-mail: it has no headers", stage="parse")
    head = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in shown.items())
    whole = f"{head}\n\n{text}"
    refuse_binary(whole)
    return Reading(
        text=whole,
        format="email",
        title=shown.get("Subject", ""),
        metadata=_metadata(shown, attached),
        encoding=encoding,
    )


def _body(message: EmailMessage) -> tuple[str, str]:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", "utf-8"
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return "", "utf-8"
    text, encoding = decode(payload, declared=part.get_content_charset() or "")
    if part.get_content_subtype() == "html":
        from ingest.parse.html import main_text  # noqa: PLC0415 - takes a second to load

        text = main_text(text)[0]
    return text.replace("\r\n", "\n"), encoding


def _metadata(shown: dict[str, str], attached: list[str]) -> dict[str, MetadataValue]:
    metadata: dict[str, MetadataValue] = {
        name.lower(): shown[name] for name in ("From", "To", "Cc") if name in shown
    }
    if "Date" in shown:
        try:
            metadata["created"] = parsedate_to_datetime(shown["Date"]).isoformat()
        except ValueError:
            metadata["created"] = shown["Date"]
    if attached:
        metadata["attachments"] = attached
    return metadata
