"""The tables of a catalogue file, as they are written."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

from core.catalog.card import ModelKind, Structured
from core.catalog.catalog import ModelRole

Tokens = Annotated[int, Field(gt=0)]
Id = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Mode = Literal["thinking", "plain"]


class Table(BaseModel):
    """What every table has in common: an unknown key is an error, and so is the wrong type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EndpointTable(Table):
    """`[endpoints.NAME]`."""

    base_url: Annotated[HttpUrl, Field(strict=False)]
    api_key_env: Variable | None = None
    path: str = ""


class FamilyTable(Table):
    """`[families.NAME]`."""

    factor: Annotated[float, Field(gt=0)]
    single_digits: bool = False
    short_runs: bool = False
    package: str | None = None
    file: str = "tokenizer.json"
    pattern: str = ""


class SentTable(Table):
    """What is sent for one mode of a switch."""

    body: dict[str, object] = {}
    system: str | None = None


class SwitchTable(Table):
    """`[switches.NAME]`: how a model is made to reason first, or not."""

    thinking: SentTable
    plain: SentTable = SentTable()


class SamplingTable(Table):
    """How the next token is drawn."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None


class PriceTable(Table):
    """What a million tokens cost, in US dollars."""

    prompt_usd: Annotated[float, Field(ge=0)]
    completion_usd: Annotated[float, Field(ge=0)]


class LicenceTable(Table):
    """The terms of a model."""

    name: str
    commercial: bool = True


class ModelTable(Table):
    """`[models."NAME"]`."""

    kind: Annotated[ModelKind, Field(strict=False)] = ModelKind.CHAT
    successors: list[Id] = []
    window: Tokens
    effective_window: Tokens | None = None
    max_output: Tokens | None = None
    family: str = "unknown"
    endpoint: str | None = None
    switch: str | None = None
    sampling: dict[Mode, SamplingTable] = {}
    refuses: list[str] = []
    frozen: dict[str, float] = {}
    structured: Annotated[Structured, Field(strict=False)] = Structured.PROMPT
    price: PriceTable | None = None
    licence: LicenceTable
    end_of_life: date | None = None
    verified: date | None = None
    dimensions: Tokens | None = None
    notes: str = ""


class TierTable(Table):
    """`[tiers.NAME]`."""

    up_to: Tokens
    candidates: list[Id]


class CatalogTables(Table):
    """A whole catalogue."""

    endpoints: dict[str, EndpointTable]
    families: dict[str, FamilyTable]
    switches: dict[str, SwitchTable] = {}
    models: dict[Id, ModelTable]
    tiers: dict[str, TierTable]
    roles: dict[Annotated[ModelRole, Field(strict=False)], list[Id]]
    languages: dict[str, list[Id]]
