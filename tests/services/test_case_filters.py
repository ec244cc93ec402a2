"""What people write to choose cases by: Chinese, near or short is understood and said, the unknown is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from records.case.selecting import BadFilter, choose
from services.case_filters import case_filters, meant, state_meant
from services.mass_commands import conditions
from states.words import STATE_NAMES, State
from tests.caseload import announce, database_at

DAY = date(2020, 11, 2)


@pytest.mark.parametrize("state", State)
def test_every_state_by_both_its_names(state: State) -> None:
    assert state_meant(state.value) == state_meant(STATE_NAMES[state]) == state.value


@pytest.mark.parametrize(
    ("written", "expected"),
    [("regitered", "registered"), ("Registered", "registered"), ("报名", "registered"), ("待选", "choosing")],
)
def test_a_near_state_is_taken(written: str, expected: str) -> None:
    assert state_meant(written) == expected


@pytest.mark.parametrize("written", ["飞行", "xyz", "退费", "已", "reg istered nonsense"])
def test_a_state_that_is_none_or_several_is_refused_with_all_there_are(written: str) -> None:
    with pytest.raises(BadFilter, match="registered 已报名"):
        state_meant(written)


def test_filters_are_read_and_said(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    found = case_filters(database, state="已报名", centre="长沙", occupation="电 工")
    assert found[:3] == ("registered", "430100", "电工")
    assert found.notes == ("鉴定中心“长沙”读作 430100", "职业“电 工”读作 电工")
    assert case_filters(database, state="registered", centre="430100").notes == ()
    for wrong in ({"centre": "上海"}, {"occupation": "飞船驾驶员"}, {"state": "zzz"}):
        with pytest.raises(BadFilter):
            case_filters(database, **wrong)


def test_a_mass_command_chooses_by_the_same_words(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    number = announce(database, 1, DAY)
    with database.reading() as connection:
        where = meant(connection, conditions("state=已公告,registered centre=长沙 occupation=电工"))
        assert choose(connection, where) == [number]
