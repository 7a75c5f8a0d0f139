"""Settings: environment, then `ibid.toml`, then defaults; read once, at the edge."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import SettingsError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

SETTINGS_FILE = "ibid.toml"

Unsupported: TypeAlias = Literal["flag", "remove", "regenerate"]
"""What becomes of claims that nothing supports."""
_NO_MATTER = {
    *("data_dir", "qdrant_url", "qdrant_api_key", "redis_url", "embedder_api_key"),
    *("answer_days", "host", "port", "allowed_hosts"),
}
"""Settings that no answer depends on."""


class Settings(BaseSettings):
    """What a person or a deployment may choose."""

    model_config = SettingsConfigDict(
        env_prefix="IBID_",
        toml_file=SETTINGS_FILE,
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
    )

    data_dir: Path = Path(".ibid")
    """All embedded state: the store, the built embedder."""
    qdrant_url: str = Field(
        default="", validation_alias=AliasChoices("QDRANT_URL", "IBID_QDRANT_URL", "qdrant_url")
    )
    """A Qdrant server; empty: the embedded store."""
    qdrant_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("QDRANT_API_KEY", "IBID_QDRANT_API_KEY", "qdrant_api_key"),
    )
    """The key of the Qdrant server."""
    nvidia_base_url: str = Field(
        default="",
        validation_alias=AliasChoices("NVIDIA_BASE_URL", "IBID_NVIDIA_BASE_URL", "nvidia_base_url"),
    )
    """Where the catalogue's hosted models are instead, up to and with `/v1`."""
    catalog: Path | None = None
    """A TOML file that adds to the catalogue of models, or overrides it."""
    model: str = "auto"
    """Answers: a model of the catalogue, `auto` (those of the tiers, if there is a key for them),
    or `extractive` (none: sentences are quoted)."""
    unsupported: Unsupported = "flag"
    """What becomes of a claim that nothing supports: `flag` it, `remove` it, or `regenerate`: the
    answer is written once more without it, and flagged where it still fails."""
    judge: bool = True
    """Whether a model is asked about claims that stay in doubt, if there is a key for it."""
    rerank: bool = True
    """Whether a reranking model has a second look at what was found, if there is a key for it."""
    timeout_s: float = Field(default=120, gt=0)
    """The most seconds that a question may take: embedding it, reranking, and writing the answer,
    all models that are tried together."""
    requests_per_minute: int = Field(default=35, ge=1)
    """What is sent to a provider, for each model and key, and in all."""
    redis_url: SecretStr = SecretStr("")
    """A Redis server in which replicas share that limit."""
    embedder: str = "auto"
    """Embeds new collections: `auto` (the catalogue's, if there is a key for it, else
    `all-MiniLM-L6-v2`), `all-MiniLM-L6-v2`, `nim:MODEL`, `fastembed:MODEL` or `openai:MODEL`."""
    embedder_base_url: str = ""
    """The endpoint of an `openai:` embedder, up to and with `/v1`."""
    embedder_api_key: SecretStr = SecretStr("")
    """The key of an `openai:` embedder."""
    workers: int = Field(default=0, ge=0)
    """Embedding threads; 0: one for each processor."""
    max_file_bytes: int = Field(default=200 * 2**20, gt=0)
    """A larger file is refused."""
    top_k: int = Field(default=10, ge=1, le=200)
    """Passages that a question is answered from."""
    evidence_tokens: int = Field(default=6000, ge=100)
    """The most tokens of evidence."""
    whole_tokens: int = Field(default=12_000, ge=0)
    """Documents in scope with no more tokens together are read whole, where a model answers."""
    long_tokens: int = Field(default=1_000_000, ge=1)
    """The most tokens of whole documents that are read where the question does not say."""
    answer_days: int = Field(default=30, ge=0)
    """How many days an answer is kept, to be read and replayed; 0: none is."""
    host: str = "127.0.0.1"
    """Where `ibid serve` listens."""
    port: int = Field(default=8321, ge=0, le=65535)
    """The port that `ibid serve` listens on; 0: any free one."""
    allowed_hosts: str = ""
    """Names, with commas between, that requests may call the server by."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, `ibid.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: a setting has a value that is not allowed; names it, and shows no secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(
            "; ".join(f"setting {_name(e['loc'])}: {e['msg']}" for e in error.errors())
        ) from None
    except ValueError as error:
        raise SettingsError(f"{SETTINGS_FILE} cannot be read: {error}") from None


def origins(settings: Settings) -> dict[str, str]:
    """Return where each setting came from: `environment`, `ibid.toml` or `default`."""
    from_file = TomlConfigSettingsSource(type(settings))()
    return {
        name: _origin(name, field, set(from_file))
        for name, field in type(settings).model_fields.items()
    }


def config_hash(settings: Settings) -> str:
    """Return a hash of what may change an answer: no place, no secret, nothing of the server."""
    return hashlib.sha256(settings.model_dump_json(exclude=_NO_MATTER).encode()).hexdigest()


def _origin(name: str, field: FieldInfo, from_file: set[str]) -> str:
    alias = field.validation_alias
    names = [str(c) for c in alias.choices] if isinstance(alias, AliasChoices) else [f"IBID_{name}"]
    environment = {key.upper() for key, value in os.environ.items() if value}  # noqa: TID251
    if any(n.upper() in environment for n in names):
        return "environment"
    return SETTINGS_FILE if from_file & {name, *names} else "default"


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "(file)"
