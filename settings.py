"""Every setting of one installation, in one place; nothing else reads the environment.

Strongest first: environment (`JIANDING_…`), then the TOML file that `JIANDING_CONFIG` names or `jianding.toml` in the
data directory, then the defaults here, which suffice for one machine.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_LAST_PORT = 65535
NAMED_FILE = "JIANDING_CONFIG"
NOT_SETTINGS = (NAMED_FILE, "JIANDING_TOKEN")
"""Names in the environment that begin like a setting and are none."""
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
PROJECT = Path(__file__).resolve().parent


class SettingsFileMissing(Exception):
    """A settings file was named that is not there; going on without it would be another installation."""


class UnknownSetting(Exception):
    """The environment holds a name that looks like a setting and is none: most likely misspelt."""


def default_data_dir() -> Path:
    """`.jianding` in the project, or the user's own data directory where the project cannot be written to."""
    beside = PROJECT / ".jianding"
    writable = os.access(beside if beside.exists() else PROJECT, os.W_OK)
    return beside if writable else Path(user_data_dir("jianding", appauthor=False))


def config_file() -> Path:
    """The TOML file that may hold settings. Raises SettingsFileMissing if one was named but is not there."""
    named = os.environ.get(NAMED_FILE)
    if not named:
        return Path(os.environ.get("JIANDING_DATA_DIR") or default_data_dir()) / "jianding.toml"
    if not Path(named).is_file():
        raise SettingsFileMissing(f"{NAMED_FILE} 指定的设置文件 {named} 不存在：请改正路径，或不设该变量")
    return Path(named)


def rehearsal_url(directory: Path) -> str:
    """The database of a rehearsal that lives in `directory`."""
    return f"sqlite:///{directory / 'rehearsal.db'}"


def seal_file(directory: Path) -> Path:
    """The signing key of a place that lives in `directory`."""
    return directory / "seal.key"


class Settings(BaseSettings):
    """One installation. Raises pydantic.ValidationError, naming the setting, for a value that makes no sense.

    `services.troubles` has the sentence for whatever it raises.
    """

    model_config = SettingsConfigDict(env_prefix="JIANDING_", extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir)
    """Database, key file, letters, server state. Private to its owner; to be backed up as a whole."""
    database_url: str = ""
    """SQLAlchemy URL of the live database; empty: SQLite in the data directory."""

    storage_url: str = ""
    """s3://BUCKET/FOLDER for letters, outbox and post, shared by workers on several machines; empty: the data
    directory."""
    storage_endpoint: str = ""
    """https://… of the S3-compatible service; empty: that of its region."""
    storage_region: str = ""
    storage_access_key: str = ""
    """Empty: whatever the machine's own environment or role says."""
    storage_secret_key: SecretStr = SecretStr("")

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
    temporal_without_authentication: bool = False
    """Lets a Temporal server on another machine be used without mTLS and without an API key: whoever reaches its port
    can then end every workflow."""

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

    health_address: str = "127.0.0.1:8301"
    """host:port for /healthz, /readyz and /metrics of `up` and `worker`; empty: none. Not for the open network."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "text", "json"] = "auto"
    """auto: text on a terminal, JSON elsewhere."""
    log_file: Path | None = None
    """A file that gets every line as JSON too; it may be rotated by moving it away."""

    checkpoint_export: str = ""
    """Where the ledger's checkpoints are copied to besides the data directory: a folder, s3://BUCKET/FOLDER or
    mailto:ADDRESS; better a place that whoever runs this machine cannot write to."""
    keep_letters_days: int = Field(default=0, ge=0)
    """Files of letters of cases that rest: they are made again when asked for. 0: for ever."""
    keep_outbox_days: int = Field(default=0, ge=0)
    """Copies in the outbox and printed post. 0: for ever."""
    keep_runs_days: int = Field(default=0, ge=0)
    """Rows of bulk runs that are over: whom they were about, and why one failed. 0: for ever."""

    print_hour: int = Field(default=6, ge=0, le=23)
    """When the day's post on paper is closed and made into one PDF a centre: an hour in Asia/Shanghai."""

    base_url: str = "http://127.0.0.1:8300"
    """Where candidates and employers reach the public verification page; it is printed in every QR code."""
    worker_processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    prefer_fangsong: bool = False
    """Set letters in a 仿宋 installed on the system, where there is one."""
    letter_face: Path | None = None
    """A font file of the office's own for the text of letters (仿宋)."""
    title_face: Path | None = None
    """A font file of the office's own for titles and the issuer's mark (小标宋)."""
    extra_face: Path | None = None
    """A font file for characters that no other face has (生僻字); its hash is recorded with letters that need it."""

    @field_validator(
        "data_dir",
        "smtp_tls_ca",
        "temporal_tls_server_ca",
        "temporal_tls_client_cert",
        "temporal_tls_client_key",
        "letter_face",
        "title_face",
        "extra_face",
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("应以 http:// 或 https:// 开头：它印在二维码里")
        return url.rstrip("/")

    @field_validator("health_address")
    @classmethod
    def _host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address and not (host and port.isdigit() and int(port) <= _LAST_PORT):
            raise ValueError("应写作 主机:端口，例如 127.0.0.1:8301；留空则不开放")
        return address

    @field_validator("storage_url")
    @classmethod
    def _a_bucket(cls, url: str) -> str:
        if url and not url.startswith("s3://"):
            raise ValueError("应写作 s3://桶名/目录；留空则存放在数据目录")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if bool(self.temporal_tls_client_cert) != bool(self.temporal_tls_client_key):
            raise ValueError("temporal_tls_client_cert 与 temporal_tls_client_key 要么都设，要么都不设")
        if self.smtp_host and not self.smtp_from:
            raise ValueError("设了 smtp_host，还需设 smtp_from，即发信地址")
        if self.checkpoint_mail and not self.smtp_host:
            raise ValueError("checkpoint_export 为 mailto: 时，还需设 smtp_host")
        if self.temporal_address and not self._reached_safely():
            raise ValueError(
                f"temporal_address（{self.temporal_address}）不在本机：请设 temporal_api_key，"
                "或 temporal_tls_client_cert 与 temporal_tls_client_key；"
                "网络本身已受保护时，可明确设 temporal_without_authentication = true"
            )
        if self.temporal_namespace == self.rehearsal_namespace:
            raise ValueError("rehearsal_namespace 不能与 temporal_namespace 相同")
        return self

    def _reached_safely(self) -> bool:
        """Whether only we can command the Temporal server that is named: on this machine, or known by key."""
        host = urlsplit(f"//{self.temporal_address}").hostname
        known = self.temporal_api_key or (self.temporal_tls_client_cert and self.temporal_tls_client_key)
        return host in _THIS_MACHINE or bool(known) or self.temporal_without_authentication

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over TOML file; see the module. Raises UnknownSetting or SettingsFileMissing."""
        _check_environment(settings_cls.model_fields)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the live database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jianding.db'}"

    @property
    def printed_address(self) -> str:
        """`base_url` as it may stand on a live letter: empty while it leads nowhere but to this machine."""
        return "" if urlsplit(self.base_url).hostname in _THIS_MACHINE else self.base_url

    @property
    def key_file(self) -> Path:
        """What every payload is sealed with: losing it is losing every open case's history."""
        return self.data_dir / "keys.json"

    @property
    def seal_file(self) -> Path:
        """What letters are signed with; before there was a key of their own, checkpoints too."""
        return seal_file(self.data_dir)

    @property
    def people_key_file(self) -> Path:
        """What accounts, sessions and service tokens are sealed with: without it nobody can sign in."""
        return self.data_dir / "people.key"

    @property
    def log_dir(self) -> Path:
        """Where whatever went wrong is kept for the maintainers."""
        return self.data_dir / "logs"

    @property
    def ledger_key_file(self) -> Path:
        """What every row of the ledger is written under, so that writing the database is not enough to rewrite it."""
        return self.data_dir / "ledger.key"

    @property
    def checkpoint_key_file(self) -> Path:
        """What checkpoints over the ledger are signed with."""
        return self.data_dir / "checkpoint.key"

    @property
    def checkpoint_mail(self) -> str:
        """The address that checkpoints are mailed to, empty where they are not."""
        named = self.checkpoint_export
        return named.removeprefix("mailto:") if named.startswith("mailto:") else ""

    @property
    def checkpoint_dir(self) -> Path:
        """Where a copy of every checkpoint lies beside the database, so that deleted ones are missed."""
        return self.data_dir / "checkpoints"

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


def _check_environment(known: Collection[str]) -> None:
    names = {f"JIANDING_{name.upper()}" for name in known} | set(NOT_SETTINGS)
    for name in sorted(os.environ):
        if name.startswith("JIANDING_") and name not in names:
            close = get_close_matches(name, names, n=1)
            meant = f"，是否想写 {close[0]}" if close else ""
            raise UnknownSetting(f"环境变量 {name} 不是本系统的设置{meant}；请改正或取消它")
