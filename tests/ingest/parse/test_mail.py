from __future__ import annotations

import pytest

from core.errors import SourceError
from ingest.parse.mail import read_mail
from tests.doubles.files import mail


def test_mail_has_what_readers_see_of_the_headers_and_the_text() -> None:
    reading = read_mail(mail())
    assert reading.text == (
        "From: Ada <ada@example.org>\nTo: bob@example.org\nDate: Tue, 05 Mar 2024 10:00:00 +0100\n"
        "Subject: Invoice 42 für März\n\nDear Bob,\n\nit is 420 euros.\n"
    )
    assert reading.title == "Invoice 42 für März"
    assert reading.metadata == {
        "from": "Ada <ada@example.org>",
        "to": "bob@example.org",
        "created": "2024-03-05T10:00:00+01:00",
        "attachments": ["note.txt"],
    }


def test_mail_in_html_is_its_text() -> None:
    text = read_mail(mail(html_only=True)).text
    assert "it is 420 euros." in text
    assert "x()" not in text
    assert "<p>" not in text


@pytest.mark.parametrize("content", [b"just a note", b"\n\n", b"X-Header: 1\n\ntext"])
def test_what_has_no_headers_of_a_mail_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="is no e-mail"):
        read_mail(content)
