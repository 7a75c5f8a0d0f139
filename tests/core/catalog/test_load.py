from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.catalog.card import Endpoint, Licence, ModelKind, Price, Sampling, Structured
from core.catalog.load import SHIPPED, load_catalog
from core.errors import SettingsError

HOSTED = "https://integrate.api.nvidia.com/v1"
OWN_MODEL = """
[models."my/model"]
window = 8_000
max_output = 1_000
licence = { name = "MIT" }
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        file = tmp_path / "models.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_model_of_ones_own_is_added_with_its_endpoint(write: Write) -> None:
    catalog = load_catalog(
        write("""
        [endpoints.box]
        base_url = "http://10.0.0.7:8000/v1/"

        [models."my/model"]
        successors = ["my/model-2"]
        window = 8_000
        effective_window = 6_000
        max_output = 1_000
        endpoint = "box"
        switch = "slash_think"
        sampling = { thinking = { temperature = 0.6 }, plain = { temperature = 0.0, top_p = 0.9 } }
        refuses = ["stream_options"]
        frozen = { presence_penalty = 0.0 }
        structured = "json_schema"
        price = { prompt_usd = 0.1, completion_usd = 0.4 }
        licence = { name = "ours", commercial = false }
        end_of_life = 2027-01-31
        """)
    )

    card = catalog.card("my/model")

    assert card.ids == ("my/model", "my/model-2")
    assert (card.kind, card.window, card.effective_window) == (ModelKind.CHAT, 8_000, 6_000)
    assert card.endpoint == Endpoint(base_url="http://10.0.0.7:8000/v1", api_key_env=None)
    assert card.url("my/model-2") == "http://10.0.0.7:8000/v1/chat/completions"
    assert card.thinking
    assert (card.thinking.system, card.plain.system) == ("/think", "/no_think")
    assert card.thinking.sampling == Sampling(temperature=0.6)
    assert card.plain.sampling == Sampling(temperature=0.0, top_p=0.9)
    assert (card.refuses, dict(card.frozen)) == ({"stream_options"}, {"presence_penalty": 0.0})
    assert card.structured is Structured.JSON_SCHEMA
    assert card.price == Price(prompt_usd=0.1, completion_usd=0.4)
    assert card.licence == Licence(name="ours", commercial=False)
    assert (card.end_of_life, card.verified) == (date(2027, 1, 31), None)


def test_what_a_short_card_leaves_out_is_cautious(write: Write) -> None:
    card = load_catalog(write(OWN_MODEL)).card("my/model")

    assert (card.effective_window, card.structured) == (card.window, Structured.PROMPT)
    assert (card.thinking, card.plain.body, card.price) == (None, {}, None)
    assert (card.family.name, card.family.single_digits) == ("unknown", True)


def test_keys_of_a_shipped_card_are_replaced_one_by_one(write: Write) -> None:
    name = load_catalog().tier("standard").candidates[0].name
    before = load_catalog().card(name)

    after = load_catalog(write(f'[models."{name}"]\neffective_window = 65_536')).card(name)

    assert after.effective_window == 65_536
    assert (after.ids, after.window, after.plain) == (before.ids, before.window, before.plain)


def test_tiers_roles_and_languages_are_replaced_by_name(write: Write) -> None:
    catalog = load_catalog(
        write(f"""{OWN_MODEL}
        [tiers.standard]
        candidates = ["my/model"]

        [tiers.tiny]
        up_to = 4_000
        candidates = ["my/model"]

        [roles]
        judge = ["my/model"]
        guard = []

        [languages]
        KO = ["my/model"]
        """)
    )

    assert [tier.name for tier in catalog.tiers] == ["tiny", "standard", "long", "whole_document"]
    assert catalog.tier("standard").up_to == load_catalog().tier("standard").up_to
    for candidates in (
        catalog.tier("standard").candidates,
        catalog.role("judge"),
        catalog.language("ko"),
    ):
        assert [card.name for card in candidates] == ["my/model"]
    assert catalog.role("guard") == ()
    assert catalog.role("rerank") == load_catalog().role("rerank")


def test_a_candidate_may_be_named_by_a_successor(write: Write) -> None:
    card = load_catalog().role("plan")[0]

    catalog = load_catalog(write(f'[roles]\njudge = ["{card.successors[0]}"]'))

    assert catalog.role("judge") == (catalog.card(card.name),)


def test_no_key_is_sent_to_an_endpoint_that_names_none(write: Write) -> None:
    catalog = load_catalog(write('[endpoints.reranking]\nbase_url = "http://rerank:8000/v1"'))

    card = catalog.role("rerank")[0]

    assert card.endpoint == Endpoint(base_url="http://rerank:8000/v1", api_key_env=None)
    assert card.url(card.name) == "http://rerank:8000/v1/ranking"


@pytest.mark.parametrize("ending", ["/v1", "/v1/", "/", ""])
def test_all_shipped_endpoints_move_to_a_server_of_ones_own(ending: str) -> None:
    catalog = load_catalog(base_url=f"http://127.0.0.1:8900{ending}")

    assert {card.endpoint.base_url for card in catalog.cards} == {"http://127.0.0.1:8900/v1"}
    assert catalog.role("rerank")[0].url("a/b") == "http://127.0.0.1:8900/v1/ranking"


def test_the_hosted_address_given_as_a_setting_changes_nothing() -> None:
    assert load_catalog(base_url=HOSTED) == load_catalog()


def test_an_endpoint_in_the_file_wins_over_the_setting(write: Write) -> None:
    catalog = load_catalog(
        write('[endpoints.embedding]\nbase_url = "http://embed:8000/v1"'),
        base_url="http://chat:8000/v1",
    )

    assert catalog.role("embed")[0].endpoint.base_url == "http://embed:8000/v1"
    assert catalog.role("plan")[0].endpoint.base_url == "http://chat:8000/v1"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[models."my/model"]\nwindow = 1', r'\[models."my/model"\] licence: Field required'),
        (OWN_MODEL + "widow = 2", r'\[models."my/model"\] widow: there is no such key'),
        (
            OWN_MODEL + 'kind = "chatty"',
            r"kind: Input should be 'chat', 'embedding' or 'reranking'",
        ),
        (
            OWN_MODEL + "effective_window = 9_000",
            "effective_window: 9000 is more than the declared",
        ),
        (OWN_MODEL + 'family = "lama3"', r"family: there is no \[families.lama3\]; .*'llama3'"),
        (OWN_MODEL + 'endpoint = "box"', r"endpoint: there is no \[endpoints.box\]"),
        (OWN_MODEL + 'switch = "on"', r"switch: there is no \[switches.on\]"),
        (OWN_MODEL + 'successors = ["a", "a"]', "successors: an id stands there twice"),
        (OWN_MODEL + 'successors = ["my/model"]', "successors: an id stands there twice"),
        (OWN_MODEL + "dimensions = 3", "dimensions: an embedding model needs them"),
        (OWN_MODEL + "sampling.thinking.top_p = 0.5", "sampling: for thinking there must be a sw"),
        (OWN_MODEL + "sampling.plain.top_p = 2", "sampling.plain.top_p: Input should be less"),
        (OWN_MODEL.replace("8_000", '"8k"'), "window: Input should be a valid integer"),
        (OWN_MODEL.replace("8_000", "500"), "max_output: 1000 is more than the window"),
        (OWN_MODEL.replace("max_output = 1_000", ""), "max_output: a chat model needs it"),
        (OWN_MODEL + 'kind = "reranking"', "max_output: only a chat model has one"),
        ('[models."my model"]\nwindow = 1', "String should match pattern"),
        (
            '[tiers.standard]\ncandidates = ["a/b"]',
            r"\[tiers.standard\] candidates: .*no model 'a/b'",
        ),
        (
            "[tiers.long]\nup_to = 131_071",
            r"\[tiers.long\] up_to: is the same as of tier 'standard'",
        ),
        ("[tiers.big]\nup_to = 99", r"\[tiers.big\] candidates: Field required"),
        ('[roles]\njudge = ["a/b"]', r"\[roles\] judge: there is no model 'a/b'"),
        ("[roles]\njudges = []", r"\[roles\] judges: Input should be 'rewrite'"),
        (
            OWN_MODEL + '[roles]\nembed = ["my/model"]',
            "embed: 'my/model' is for chat; here they are",
        ),
        ('[languages]\nuk = ["a/b"]', r"\[languages\] uk: there is no model"),
        (
            '[endpoints.box]\nbase_url = "box"',
            r"\[endpoints.box\] base_url: Input should be a valid",
        ),
        ("[endpoints]\nbox = 3", r"\[endpoints.box\]: Input should be"),
        ('[endpoints.chat]\napi_key_env = "A"', r"\[endpoints.chat\] base_url: Field required"),
        ("[cards]", r"\[cards\]: there is no such key"),
        ("models = 3", r"\[models\]: Input should be"),
        ("[models", "is not TOML"),
    ],
    ids=lambda value: value.strip().splitlines()[-1] if "\n" in value else None,
)
def test_an_error_names_file_table_and_key(write: Write, text: str, complaint: str) -> None:
    file = write(text)

    with pytest.raises(SettingsError, match=complaint) as caught:
        load_catalog(file)

    assert str(file) in str(caught.value)
    assert str(SHIPPED) not in str(caught.value)


def test_a_window_smaller_than_what_the_shipped_card_trusts_is_refused(write: Write) -> None:
    smaller = next(card for card in load_catalog().cards if card.effective_window < card.window)
    file = write(f'[models."{smaller.name}"]\nwindow = {smaller.effective_window - 1}')

    with pytest.raises(SettingsError, match=str(file)):
        load_catalog(file)


def test_a_base_url_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="http"):
        load_catalog(base_url="localhost:8000/v1")


def test_a_base_url_with_a_password_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="has a user or password") as caught:
        load_catalog(base_url="http://me:s3cret@localhost/v1")
    assert "s3cret" not in str(caught.value)


def test_a_server_of_ones_own_may_be_asked_without_a_key() -> None:
    moved = load_catalog(base_url="http://localhost:9/v1", keyless=True)
    assert {card.endpoint.api_key_env for card in moved.candidates} == {None}


def test_every_error_is_told_at_once(write: Write) -> None:
    with pytest.raises(SettingsError) as caught:
        load_catalog(write('[tiers.big]\nup_to = 0\n[models."a/b"]\nwindow = 0'))

    assert all(word in str(caught.value) for word in ("[tiers.big] up_to", '[models."a/b"] window'))


def test_a_key_pasted_where_its_variable_belongs_is_not_shown(write: Write) -> None:
    with pytest.raises(SettingsError, match="api_key_env") as caught:
        load_catalog(write('[endpoints.chat]\napi_key_env = "nvapi-secret-of-mine"'))

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "models.toml"
    if content:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match=r"models\.toml"):
        load_catalog(file)
