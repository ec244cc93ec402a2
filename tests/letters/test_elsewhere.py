"""The same letter in another time zone, locale, home and working directory: the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_dir

from settings import PROJECT

_SCRIPT = """
import hashlib
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from letters.renderer import Renderer
from letters.seal import Signer
from letters.specimens import names, specimen
renderer = Renderer(Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))), base_url="https://jd.example.cn/V/")
print(hashlib.sha256(b"".join(renderer.render(specimen(name)).pdf for name in names())).hexdigest())
"""


def rendered(folder: Path, **environment: str) -> str:
    """One hash over every specimen, set by a process of its own."""
    cache = Path(user_cache_dir("jianding")).parent
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(cache), **environment}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=folder, env=variables, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_letter_is_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    here = rendered(PROJECT, TZ="Asia/Shanghai", LC_ALL="C.UTF-8")
    (tmp_path / "home").mkdir()
    there = rendered(
        tmp_path, TZ="America/St_Johns", LC_ALL="C", LANG="de_DE", HOME=str(tmp_path / "home"), PYTHONHASHSEED="7"
    )
    assert here == there
    assert len(here) == 64
