from __future__ import annotations

import pytest

from core.urls import without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("http://localhost:6333", "http://localhost:6333"),
        ("https://user:pw@host:6333/v1", "https://…@host:6333/v1"),
        ("https://token@host", "https://…@host"),
        ("https://user:p/w?#@host", "https://…@host"),
        ("https://user:p@w@host", "https://…@host"),
        ("http://user:pw@[::1", "http://…@[::1"),
        ("user:pw@host", "…@host"),
    ],
)
def test_a_url_is_shown_without_user_and_password(url: str, shown: str) -> None:
    assert without_password(url) == shown
