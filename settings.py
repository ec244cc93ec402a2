"""Every setting of one installation, in one place; nothing else reads the environment.

Strongest first: environment (`JIANDING_…`), then the TOML file that `JIANDING_CONFIG` names or `jianding.toml` in the
data directory, then the defaults here, which suffice for one machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PROJECT = Path(__file__).resolve().parent


def default_data_dir() -> Path:
    """`.jianding` in the project, or the user's own data directory where the project cannot be written to."""
    beside = PROJECT / ".jianding"
    writable = os.access(beside if beside.exists() else PROJECT, os.W_OK)
    return beside if writable else Path(user_data_dir("jianding", appauthor=False))


def config_file() -> Path:
    """The TOML file that may hold settings. Raises FileNotFoundError if one was named but is not there."""
    named = os.environ.get("JIANDING_CONFIG")
    if not named:
        return Path(os.environ.get("JIANDING_DATA_DIR") or default_data_dir()) / "jianding.toml"
    if not Path(named).is_file():
        raise FileNotFoundError(f"JIANDING_CONFIG names {named}, which is not there")
    return Path(named)


def rehearsal_url(directory: Path) -> str:
    """The database of a rehearsal that lives in `directory`."""
    return f"sqlite:///{directory / 'rehearsal.db'}"


def seal_file(directory: Path) -> Path:
    """The signing key of a place that lives in `directory`."""
    return directory / "seal.key"


class Settings(BaseSettings):
    """One installation. Raises pydantic.ValidationError, naming the setting, for a value that makes no sense."""

    model_config = SettingsConfigDict(env_prefix="JIANDING_", extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir)
    """Database, key file, letters, server state. Private to its owner; to be backed up as a whole."""
    database_url: str = ""
    """SQLAlchemy URL of the live database; empty: SQLite in the data directory."""

    temporal_address: str | None = None
    """host:port of a Temporal server; None: the embedded one."""
    temporal_namespace: str = "jianding"
    rehearsal_namespace: str = "jianding-rehearsal"
    temporal_api_key: SecretStr | None = None
    temporal_tls: bool = False
    """TLS with the system's certificates; implied by an API key or by any of the paths below."""
    temporal_tls_server_ca: Path | None = None
    temporal_tls_client_cert: Path | None = None
    temporal_tls_client_key: Path | None = None

    smtp_host: str = ""
    """Empty: letters are printed and posted, none is mailed."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: bool = True
    """STARTTLS, or TLS from the first byte on port 465."""
    smtp_tls_ca: Path | None = None
    """Certificates that the mail server is checked against; None: the system's."""
    smtp_from: str = ""

    print_hour: int = Field(default=6, ge=0, le=23)
    """When the day's post on paper is closed and made into one PDF a centre: an hour in Asia/Shanghai."""

    base_url: str = "http://127.0.0.1:8300"
    """Where candidates and employers reach the public verification page; it is printed in every QR code."""
    worker_processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    prefer_fangsong: bool = False
    """Set letters in a 仿宋 installed on the system, where there is one."""

    @field_validator(
        "data_dir", "smtp_tls_ca", "temporal_tls_server_ca", "temporal_tls_client_cert", "temporal_tls_client_key"
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://, as it is printed in QR codes")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if bool(self.temporal_tls_client_cert) != bool(self.temporal_tls_client_key):
            raise ValueError("temporal_tls_client_cert and temporal_tls_client_key are set together or not at all")
        if self.smtp_host and not self.smtp_from:
            raise ValueError("smtp_host needs smtp_from, the address that letters are sent from")
        if self.temporal_namespace == self.rehearsal_namespace:
            raise ValueError("rehearsal_namespace must not be the live namespace")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over TOML file; see the module."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the live database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jianding.db'}"

    @property
    def key_file(self) -> Path:
        """What every payload is sealed with: losing it is losing every open case's history."""
        return self.data_dir / "keys.json"

    @property
    def seal_file(self) -> Path:
        """What letters and checkpoints are signed with."""
        return seal_file(self.data_dir)

    @property
    def people_key_file(self) -> Path:
        """What accounts, sessions and service tokens are sealed with: without it nobody can sign in."""
        return self.data_dir / "people.key"

    @property
    def server_dir(self) -> Path:
        """State of the embedded server."""
        return self.data_dir / "temporal"

    @property
    def uses_tls(self) -> bool:
        """Whether the connection to a Temporal server of somebody else's is encrypted."""
        return bool(
            self.temporal_tls or self.temporal_api_key or self.temporal_tls_server_ca or self.temporal_tls_client_cert
        )
