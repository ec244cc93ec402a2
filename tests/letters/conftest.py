from __future__ import annotations

from pathlib import Path

import pytest

from letters.renderer import Renderer
from letters.seal import Signer


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer.fresh()


@pytest.fixture(scope="session")
def renderer(signer: Signer) -> Renderer:
    return Renderer(signer, base_url="https://jd.example.cn/V/")


@pytest.fixture
def wordings(tmp_path: Path) -> Path:
    return tmp_path
