"""Strangers check letters and certificates: told apart, never enumerated."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from starlette.testclient import TestClient

from desk.web.house import House
from records.case.tables import DOCUMENTS
from services.command_input import command_from
from tests.caseload import CLERK, REVIEWER, announce, register, send
from tests.web.conftest import NOW, post

DAY = date(2020, 11, 2)


def certified(house: House) -> str:
    number = "4301002020000077"
    fields = {
        "name": "王晓明", "id_number": "430121198707070023", "occupation": "锅炉操作工", "level": 4, "centre": "430100",
        "certificate_no": "1918010000400123", "issued_on": "2019-06-18",
    }  # fmt: skip
    send(house.database, number, command_from("import_certificate", fields, by=CLERK), DAY)
    send(house.database, number, command_from("approve", {}, by=REVIEWER), DAY)
    return number


def ask(browser: TestClient, number: str, name: str, last_four: str) -> str:
    browser.get("/check")
    answer = post(browser, "/check/certificate", number=number, name=name, last_four=last_four)
    return str(answer.text)


def test_a_certificate_of_ours_is_in_force_for_whoever_knows_all_three(house: House, browser: TestClient) -> None:
    certified(house)
    text = ask(browser, "1918010000400123", "王晓明", "0023")
    assert "有效" in text
    assert "王＊＊" in text
    assert "430121" not in text


def test_what_does_not_fit_is_answered_like_what_is_not_ours(house: House, browser: TestClient) -> None:
    certified(house)
    wrong = [
        ("1918010000400123", "李晓明", "0023"),
        ("1918010000400123", "王晓明", "0024"),
        ("1" * 16, "王晓明", "0023"),
    ]
    assert all("没有查到" in ask(browser, *one) for one in wrong)


def test_a_withdrawn_certificate_is_said_to_be_withdrawn(house: House, browser: TestClient) -> None:
    number = certified(house)
    send(house.database, number, command_from("revoke", {"reason": "发证条件不符"}, by=CLERK), DAY)
    send(house.database, number, command_from("approve", {}, by=REVIEWER), DAY)
    assert "已撤销" in ask(browser, "1918010000400123", "王晓明", "0023")


def test_nobody_can_try_every_ending(house: House, browser: TestClient) -> None:
    certified(house)
    answers = [ask(browser, "1918010000400123", "王晓明", f"{n:04d}") for n in range(12)]
    assert "没有查到" in answers[0]
    assert "过于频繁" in answers[-1]
    house.clock = lambda: NOW + timedelta(hours=1)
    assert "有效" in ask(browser, "1918010000400123", "王晓明", "0023")


def test_one_address_asks_only_so_often_whatever_it_asks(browser: TestClient) -> None:
    codes = [f"ABCD-EFGH-JKMN-{n:04d}" for n in range(21)]
    statuses = [browser.get(f"/v/{code}").status_code for code in codes]
    assert statuses[:20] == [200] * 20
    assert statuses[20] == 429


def test_a_typed_check_code_of_a_rehearsed_letter_is_told_as_one(house: House, browser: TestClient) -> None:
    number = announce(house.database, 1, DAY)
    register(house.database, number, DAY)
    with house.database.reading() as connection:
        query = select(DOCUMENTS.c.check_code).where(DOCUMENTS.c.kind == "registration_receipt")
        code = connection.execute(query).scalar_one()
    browser.get("/check")
    for typed in (code, code.lower().replace("-", " ")):
        text = post(browser, "/check/code", code=typed).text
        assert "演练" in text
        assert "现行有效" not in text
    assert browser.get(f"/V/{code}").text == browser.get(f"/v/{code}").text.replace("/v/", "/V/")


def test_a_code_of_nobody_is_not_ours(browser: TestClient) -> None:
    assert "查无此件" in browser.get("/v/ABCD-EFGH-JKMN-PQRS").text
