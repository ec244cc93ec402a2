"""Fixtures of the command line: nobody's own sessions are touched, and somebody is signed in where it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.people import SignedIn, sign_in_everybody


@pytest.fixture(autouse=True)
def own_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions of the test's own, for this process and for those that it starts."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def signed_in(tmp_path: Path, own_sessions: None) -> SignedIn:
    """The installation in `tmp_path / "data"`, with one of each role signed in; 经办甲 acts unless --as says who."""
    return sign_in_everybody(tmp_path / "data")
