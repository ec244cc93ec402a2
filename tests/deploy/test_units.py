"""The units and the compose file under deploy/ are what their own readers accept, and name what the program has."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from desk.cli.__main__ import app
from settings import PROJECT, Settings

UNITS = sorted((PROJECT / "deploy" / "systemd").iterdir())
COMPOSE = PROJECT / "deploy" / "compose.yaml"


def test_systemd_accepts_every_unit(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    assert verifier, "systemd-analyze is needed here: install the package systemd"
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/jianding/", f"{PROJECT}/"))
    asked = [str(tmp_path / unit.name.replace("@.", "@1.")) for unit in UNITS]
    done = subprocess.run([verifier, "verify", *asked], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_command_of_a_unit_is_one_of_ours(unit: Path) -> None:
    for called in re.findall(r"/opt/jianding/run (\w+)", unit.read_text()):
        assert CliRunner().invoke(app, [called, "--help"]).exit_code == 0, called


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_what_runs_is_private_and_may_write_only_where_its_data_is(unit: Path) -> None:
    text = unit.read_text()
    for line in ("UMask=0077", "StateDirectoryMode=0700", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert line in text, line


def _settings_named(text: str) -> set[str]:
    return {name.lower() for name in re.findall(r"JIANDING_([A-Z_]+)\b(?=[:=])", text)}


def test_every_setting_that_is_named_is_one() -> None:
    named = _settings_named("".join(path.read_text() for path in [*UNITS, COMPOSE]))
    assert named - set(Settings.model_fields) - {"db_password", "bucket_password"} == set()


def test_the_services_of_the_compose_file_wait_for_what_they_need() -> None:
    services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    for name, service in services.items():
        needed = service.get("depends_on", {})
        assert set(needed) <= set(services), name
        for other, how in needed.items() if isinstance(needed, dict) else ():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other], (name, other)
    assert set(services["worker"]["depends_on"]) >= {"postgres", "temporal"}
    assert services["worker"]["environment"]["JIANDING_HEALTH_ADDRESS"] == "0.0.0.0:8301"


def test_every_setting_is_documented() -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text()
    assert [name for name in Settings.model_fields if f"`{name}`" not in manual] == []
