"""One class reads the environment; what makes no sense is refused by name."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import PROJECT, Settings, SettingsFileMissing, UnknownSetting, config_file


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("JIANDING_CONFIG", "JIANDING_BASE_URL", "JIANDING_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JIANDING_DATA_DIR", str(tmp_path))


def test_one_machine_needs_no_setting(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.temporal_address is None
    assert settings.database == f"sqlite:///{tmp_path}/jianding.db"
    assert settings.worker_processes >= 1


def test_the_data_lives_in_the_project_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIANDING_DATA_DIR")
    assert Settings().data_dir == PROJECT / ".jianding"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jianding.toml").write_text('base_url = "https://file.example/"\nsmtp_port = 25\n')
    monkeypatch.setenv("JIANDING_BASE_URL", "https://env.example")
    settings = Settings()
    assert (settings.base_url, settings.smtp_port) == ("https://env.example", 25)


def test_a_misspelt_setting_in_the_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "jianding.toml").write_text("smtp_prot = 25\n")
    with pytest.raises(ValidationError, match="smtp_prot"):
        Settings()


def test_a_misspelt_setting_in_the_environment_is_refused_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JIANDING_SMTP_PROT", "25")
    with pytest.raises(UnknownSetting, match="JIANDING_SMTP_PORT"):
        Settings()


def test_a_named_file_has_to_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANDING_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(SettingsFileMissing, match=r"missing\.toml"):
        config_file()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"smtp_host": "mail.example"}, "smtp_from"),
        ({"temporal_tls_client_cert": "/a.pem"}, "temporal_tls_client_key"),
        ({"rehearsal_namespace": "jianding"}, "temporal_namespace"),
        ({"worker_processes": 0}, "worker_processes"),
        ({"temporal_address": "temporal.example:7233"}, "temporal_api_key.*temporal_without_authentication"),
        ({"temporal_address": "10.0.0.7:7233", "temporal_tls": True}, "temporal_tls_client_cert"),
        ({"checkpoint_export": "mailto:a@example.cn"}, "smtp_host"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Settings(**given)  # type: ignore[arg-type]


def test_secrets_are_not_printed() -> None:
    assert "hunter2" not in repr(Settings(smtp_password="hunter2", temporal_api_key="hunter2"))


@pytest.mark.parametrize(
    "more",
    [
        {"temporal_api_key": "k"},
        {"temporal_tls_client_cert": "/a.pem", "temporal_tls_client_key": "/a.key"},
        {"temporal_without_authentication": True},
        {"temporal_address": "127.0.0.1:7233"},
        {"temporal_address": "[::1]:7233"},
    ],
)
def test_a_server_elsewhere_wants_to_know_us_unless_somebody_says_otherwise_by_name(more: dict[str, object]) -> None:
    assert Settings(**{"temporal_address": "temporal.example:7233", **more})  # type: ignore[arg-type]


def test_an_address_of_this_machine_alone_never_gets_onto_a_letter() -> None:
    assert Settings().printed_address == ""
    assert Settings(base_url="http://localhost:8300").printed_address == ""
    assert Settings(base_url="https://jd.example.cn").printed_address == "https://jd.example.cn"
