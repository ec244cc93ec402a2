"""`up --demo --json`: one line once the pages answer, and accounts that can sign in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from desk.web.csrf import form_token
from settings import PROJECT


def test_the_demonstration_says_where_and_as_whom_and_its_accounts_sign_in(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "desk.cli", "up", "--demo", "--json", "--cases", "3", "--port", "0"]
    environment = os.environ | {"JIANDING_DATA_DIR": str(tmp_path / "data")}
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "desk")],
        env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert {role for one in told["accounts"] for role in one["roles"]} == {
            "clerk", "reviewer", "finance", "supervisor", "administrator",
        }  # fmt: skip
        for account in told["accounts"]:
            with httpx.Client(base_url=told["url"]) as browser:
                browser.get("/sign-in")
                form = {"csrf": form_token(browser.cookies["jianding_form"]), **account}
                answer = browser.post("/sign-in", data={name: str(form[name]) for name in ("csrf", "name", "password")})
                assert (answer.status_code, answer.headers["location"]) == (303, "/")
                assert browser.get("/").status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert rest == ""
