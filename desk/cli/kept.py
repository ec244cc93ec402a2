"""Sessions that this terminal's user keeps, by installation: a private file in their own configuration folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from platformdirs import user_config_path

from settings import Settings
from storage.atomic_write import atomic_write
from storage.locking import locked


class Kept(msgspec.Struct, frozen=True):
    """The sessions of one installation: name → token, and whose is used where nobody is named."""

    current: str = ""
    tokens: dict[str, str] = {}


def kept_file() -> Path:
    """Where they are."""
    return user_config_path("jianding", appauthor=False) / "sessions.json"


def kept(settings: Settings) -> Kept:
    """The sessions of this installation; none where the file is not there, or is nobody's but others can read it."""
    return _read().get(_installation(settings), Kept())


def keep(settings: Settings, name: str, token: str) -> None:
    """Keeps a session, and uses it from now on."""
    _put(settings, lambda held: Kept(name, {**held.tokens, name: token}))


def forget(settings: Settings, name: str) -> None:
    """Drops a session; another one that is kept is used next, if there is any."""

    def without(held: Kept) -> Kept:
        rest = {other: token for other, token in held.tokens.items() if other != name}
        current = held.current if held.current in rest else next(iter(rest), "")
        return Kept(current, rest)

    _put(settings, without)


def _put(settings: Settings, change: object) -> None:
    assert callable(change)
    path = kept_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(path.with_suffix(".lock")):
        held = _read()
        here = _installation(settings)
        held[here] = change(held.get(here, Kept()))
        atomic_write(path, msgspec.json.encode({key: one for key, one in held.items() if one.tokens}))
        path.chmod(0o600)


def _read() -> dict[str, Kept]:
    path = kept_file()
    try:
        if path.stat().st_mode & 0o077:
            return {}
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Kept])
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def _installation(settings: Settings) -> str:
    """Which installation: its database and data directory, hashed, since an address may hold a password."""
    return hashlib.sha256(f"{settings.data_dir}\n{settings.database}".encode()).hexdigest()[:16]
