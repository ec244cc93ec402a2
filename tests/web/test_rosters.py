"""A roster dropped into the page: checked with the faults beside the cells, imported as a run, given back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from desk.web.csrf import FIELD, form_token
from desk.web.house import House
from services.sessions import SESSION_PREFIX
from states.words import Role
from tests.services.rosters.making import make_roster
from tests.web.conftest import post


def dropped(browser: TestClient, path: Path) -> str:
    session = next(c.value or "" for c in browser.cookies.jar if (c.value or "").startswith(SESSION_PREFIX))
    files = {"file": (path.name, path.read_bytes())}
    answer = browser.post("/rosters", data={FIELD: form_token(session), "kind": "announce"}, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_roster_is_checked_in_the_page_and_imported_as_a_run(
    house: House, signed_in: Callable[..., TestClient], tmp_path: Path
) -> None:
    browser = signed_in(Role.CLERK)
    path = tmp_path / "名册.xlsx"
    make_roster(path, 4, every=2)
    where = dropped(browser, path)
    page = browser.get(where)
    assert page.status_code == 200
    assert "4 行：将办理 2" in page.text
    assert "有误的单元格" in page.text
    faults = browser.get(f"{where.split('?')[0]}/faults?kind=announce")
    assert faults.content[:2] == b"PK"
    run = post(browser, f"{where.split('?')[0]}/import", kind="announce")
    assert run.headers["location"].startswith("/runs/")
    standing = browser.get(run.headers["location"]).text
    assert "共 4 件" in standing
    assert "失败 2" in standing


def test_another_persons_upload_is_not_there(
    house: House, signed_in: Callable[..., TestClient], tmp_path: Path
) -> None:
    path = tmp_path / "名册.xlsx"
    make_roster(path, 1)
    where = dropped(signed_in(Role.CLERK), path)
    assert signed_in(Role.CLERK).get(where).status_code == 404


def test_a_file_that_is_no_roster_is_told(signed_in: Callable[..., TestClient], tmp_path: Path) -> None:
    browser = signed_in(Role.CLERK)
    session = next(c.value or "" for c in browser.cookies.jar if (c.value or "").startswith(SESSION_PREFIX))
    for name, content, said in (("a.pdf", b"%PDF", "名册应为"), ("a.xlsx", b"no workbook", "")):
        answer = browser.post("/rosters", data={FIELD: form_token(session)}, files={"file": (name, content)})
        page = answer if answer.status_code == 400 else browser.get(answer.headers["location"])
        assert page.status_code == 400
        assert said in page.text
