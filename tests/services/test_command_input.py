"""At the prompt as in a roster: one reading of what people write for both."""

from __future__ import annotations

from typing import Any

import pytest

from services.command_input import command_from
from states.case.commands import Announce, Correct, HoldExam, ImportCertificate, Register
from states.reference.identity import make_id_number
from states.refusals import InvalidField
from states.words import Cohort, ExamResult, IdType
from tests.services.rosters.files import id_of

PERSON = {"name": "王 明", "id_number": f" {id_of(1)[:6]} {id_of(1)[6:]} ", "occupation": "保安员", "centre": "430100"}


def made(command: str, **fields: Any) -> Any:
    return command_from(command, fields, by="经办甲")


def test_what_rosters_take_is_taken_at_the_prompt() -> None:
    announced = made("announce", **PERSON, level="五级", phone="138-0000-0000", email="无", cohort="社会考生")
    assert isinstance(announced, Announce)
    who = announced.candidate
    assert (who.name, who.id_number, who.phone, who.email) == ("王明", id_of(1), "13800000000", "")
    assert (announced.level, announced.cohort, who.id_type) == (5, Cohort.NONE, IdType.RESIDENT_ID)
    held = made("hold_exam", result="合格", session="S1", held_on="2026年11月20日")
    assert isinstance(held, HoldExam)
    assert held.result is ExamResult.PASSED
    registered = made("register", fee="280")
    assert isinstance(registered, Register)
    assert registered.fee_fen == 28_000


def test_a_passport_is_known_by_its_number_or_its_chinese_name() -> None:
    assert made("announce", **{**PERSON, "id_number": "e12345678"}, level=5).candidate.id_type is IdType.PASSPORT
    told = made("announce", **{**PERSON, "id_number": "12345678"}, id_type="台胞证", level=5)
    assert told.candidate.id_type is IdType.TAIWAN_PERMIT


def test_an_unquoted_number_of_a_scenario_is_exact() -> None:
    number = next(n for year in range(1990, 2000) if (n := make_id_number("430102", _day(year), 3)).isdigit())
    assert made("announce", **{**PERSON, "id_number": int(number)}, level=5).candidate.id_number == number


def _day(year: int) -> Any:
    from datetime import date

    return date(year, 1, 1)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("issued_on", "0020-08-31", "年份"),
        ("issued_on", "20.8.31", "两位"),
        ("level", "三级/技师", "自相矛盾"),
        ("name", "王xiao明", "拼音"),
        ("name", "李\u200b四", "U+200B"),
        ("phone", "长沙市", "不是电话号码"),
    ],
)
def test_what_rosters_ask_is_asked_at_the_prompt(field: str, value: str, said: str) -> None:
    fields = {**PERSON, "level": 4, "certificate_no": "1918010000400123", "issued_on": "2019-06-01", field: value}
    with pytest.raises(InvalidField) as refused:
        made("import_certificate", **fields)
    assert said in refused.value.message


def test_a_good_old_certificate_is_taken() -> None:
    fields = {**PERSON, "level": "四级/中级工", "certificate_no": "1918010000400123", "issued_on": "2019/6/1"}
    assert isinstance(made("import_certificate", **fields), ImportCertificate)


def test_a_correction_is_read_alike_and_a_firm_keeps_its_brackets() -> None:
    corrected = made("correct", name="买买提•吐尔逊", phone="(0731)88888888", id_number="ｅ12345678")
    assert isinstance(corrected, Correct)
    assert (corrected.name, corrected.phone, corrected.id_number) == ("买买提·吐尔逊", "0731-88888888", "E12345678")
    assert made("register", fee_fen=100, payer="某公司（长沙）").payer.name == "某公司（长沙）"
