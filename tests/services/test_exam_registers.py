"""Draws from the national bank and exam sessions: what is on record, since when, and what is no record."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from records.case.context import Claim, context_for
from records.office.exams import NewDraw, NewSession
from services.command_input import command_from
from services.exam_registers import draws_from, register_draws, register_sessions
from states.business_dates import SHANGHAI
from states.case.asking import Asked
from states.case.context import Context, Session
from states.refusals import Refusal
from tests.caseload import announce, database_at, register, send

AT = datetime(2020, 11, 2, 9, tzinfo=SHANGHAI)


def asked(database: object, asked_: Asked, centre: str = "430100") -> Context:
    with database.reading() as connection:  # type: ignore[attr-defined]
        return context_for(connection, Claim("1", "电工", centre, "", 4, ""), asked_)


def test_a_paper_serves_the_occupation_and_level_it_was_drawn_for(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    assert register_draws(database, [NewDraw("P-9", "电工", 4), NewDraw("P-8")], by="考务", at=AT) == 2
    assert register_draws(database, [NewDraw("P-9", "电工", 4)], by="别人", at=AT) == 0  # the first record stands
    known = asked(database, Asked(papers=("P-8", "P-9", "P-7")))
    assert known.draw("P-9", "电工", 4) and known.draw("P-8", "钳工", 5)
    assert not (known.draw("P-9", "电工", 3) or known.draw("P-9", "钳工", 4) or known.draw("P-7", "电工", 4))


def test_a_draw_for_an_occupation_that_nobody_knows_is_refused_whole(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    with pytest.raises(Refusal) as refused:
        register_draws(database, [NewDraw("P-1"), NewDraw("P-2", "电工师")], by="考务", at=AT)
    assert refused.value.name == "UnknownOccupation"
    assert asked(database, Asked(papers=("P-1",))).draws == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("number\nP-1", "表头"),
        ("paper,level\nP-1,9", "第2行：等级"),
        ("paper,drawn_on\nP-1,yesterday", "第2行：抽题日期"),
        ("paper,level\nP-1,4\n,4", "第3行：试卷编号"),
    ],
)
def test_a_file_of_draws_is_refused_with_every_line_that_is_wrong(text: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        draws_from(text)
    assert why in refused.value.message


def test_a_file_of_draws_is_read() -> None:
    found = draws_from("\ufeffpaper,occupation,level,draw,drawn_on\nP-1,电工,4,D-7,2020-10-01\nP-2,,,,\n")
    assert found == [NewDraw("P-1", "电工", 4, "D-7", date(2020, 10, 1)), NewDraw("P-2")]


def test_a_session_is_on_record_of_its_centre_since_its_first_day(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    register_sessions(database, [NewSession("430100", "S-1", date(2020, 12, 20), "430102")], by="考务", at=AT)
    later = datetime(2021, 1, 5, tzinfo=SHANGHAI)
    register_sessions(database, [NewSession("430100", "S-1", date(2020, 12, 1))], by="别人", at=later)
    held = Session("S-1", date(2020, 11, 2), date(2020, 12, 20), "430102")
    assert asked(database, Asked(sessions=("S-1",))).sessions == (held,)
    assert asked(database, Asked(sessions=("S-1",)), centre="430200").sessions == ()
    for wrong, name in ((NewSession("999999", "S"), "CentreNotQualified"), (NewSession("430100", " "), "InvalidField")):
        with pytest.raises(Refusal) as refused:
            register_sessions(database, [wrong], by="考务", at=AT)
        assert refused.value.name == name


def test_what_one_case_names_is_on_record_for_the_others(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    number = announce(database, 1, date(2020, 11, 2), session="S-7")
    register(database, number, date(2020, 11, 3))
    held = command_from("hold_exam", {"session": "S-8", "result": "passed", "paper": "GJTK-2020-0417"}, by="经办甲")
    send(database, number, held, date(2020, 11, 5))
    found = asked(database, Asked(sessions=("S-7", "S-8"))).sessions
    assert [(session.code, session.recorded_on) for session in found] == [
        ("S-7", date(2020, 11, 2)),
        ("S-8", date(2020, 11, 5)),
    ]
