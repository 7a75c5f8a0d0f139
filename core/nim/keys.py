"""Keys: from the environment, or from a file that may change while we run."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalog.card import ModelCard


def fingerprint(key: SecretStr) -> str:
    """Return what tells keys apart and shows nothing of them."""
    return hashlib.sha256(b"ibid key " + key.get_secret_value().encode()).hexdigest()[:16]


class Keys:
    """The keys of this process."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        # A key may come to be named by a catalogue long after the settings were read.
        self._environment = os.environ if environment is None else environment  # noqa: TID251
        self._read: dict[Path, tuple[_Stamp, SecretStr]] = {}

    def get(self, env_name: str) -> SecretStr | None:
        """Return the key as it is now; `None`: there is none.

        The file that `env_name` with `_FILE` behind it names goes before the variable itself. It is
        read again whenever it has changed; while it is away or empty, the key read last holds.

        Raises:
            SettingsError: the file cannot be read, or what it (or the variable) has is no key.
        """
        if name := self._environment.get(f"{env_name}_FILE", "").strip():
            return self._from_file(Path(name).expanduser(), setting=f"{env_name}_FILE")
        value = self._environment.get(env_name, "").strip()
        return _checked(value, source=env_name) if value else None

    def opens(self, card: ModelCard) -> bool:
        """Tell whether `card` can be asked: there is a key for it, or it needs none."""
        env_name = card.endpoint.api_key_env
        return env_name is None or self.get(env_name) is not None

    def _from_file(self, path: Path, *, setting: str) -> SecretStr:
        known = self._read.get(path)
        try:
            stamp = _stamp(path)
            if known is not None and known[0] == stamp:
                return known[1]
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            if known is not None:
                return known[1]
            reason = error.strerror if isinstance(error, OSError) else "is not text"
            raise SettingsError(
                f"{setting} names {str(path)!r}, which cannot be read: {reason}"
            ) from None
        if not value:
            if known is not None:
                return known[1]
            raise SettingsError(f"{setting} names {str(path)!r}, which is empty")
        key = _checked(value, source=f"{setting} ({str(path)!r})")
        self._read[path] = (stamp, key)
        return key


class _Stamp(NamedTuple):
    """What changes when a file is written or replaced."""

    inode: int
    size: int
    modified_ns: int


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return _Stamp(status.st_ino, status.st_size, status.st_mtime_ns)


def _checked(value: str, *, source: str) -> SecretStr:
    """Return the key, which has nothing in it that a header could not carry."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(
            f"{source} is no key: a key is one line of printable ASCII without spaces"
        )
    return SecretStr(value)
