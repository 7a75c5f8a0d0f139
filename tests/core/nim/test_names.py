from __future__ import annotations

from dataclasses import replace

import pytest

from core.catalog.card import Endpoint
from core.nim.names import model_and_place, place_of, recorded_name
from tests.doubles.cards import chat_card

HOSTED = "https://integrate.api.nvidia.com/v1"
OWN = "http://10.0.0.7:8000/v1"


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        (HOSTED, "nim:x/embed"),
        ("https://ai.api.nvidia.com/v1", "nim:x/embed"),
        (OWN, f"nim:x/embed@{OWN}"),
        ("http://a:b@box/v1", "nim:x/embed@http://…@box/v1"),
        ("https://integrate.api.nvidia.com.example/v1", None),
    ],
)
def test_a_name_tells_who_serves_the_model_unless_it_is_nvidia(
    base_url: str, name: str | None
) -> None:
    card = chat_card("x/embed", base_url=base_url)
    assert recorded_name(card) == (name or f"nim:x/embed@{base_url}")
    assert model_and_place(recorded_name(card)) == ("x/embed", place_of(card))


def test_a_model_with_an_at_sign_in_its_name_is_not_divided() -> None:
    card = chat_card("x/embed@v2", base_url=HOSTED)
    assert model_and_place(recorded_name(card)) == ("x/embed@v2", "")
    own = replace(card, endpoint=Endpoint(base_url=OWN, api_key_env=None))
    assert model_and_place(recorded_name(own)) == ("x/embed@v2", OWN)
