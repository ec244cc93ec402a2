"""Occupations beside the annex: known by name, in the catalog or out of it by their own day, never in its totals."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from states.reference.catalog import CatalogRefused, annex_2020, exited, totals_2020
from states.reference.standings import known_standings, load_standings
from states.words import Standing

HEADER = "occupation,qualification,standing,left_on,source\n"
CATALOG = replace(
    annex_2020(), others=load_standings(HEADER + "焊工,机械热加工人员,in,,某目录\n糖果工,,left,2016-06-08,某决定\n")
)


def test_what_comes_with_the_program_names_its_source() -> None:
    assert [(row.occupation, row.standing) for row in known_standings()] == [("焊工", Standing.IN)]
    assert all(row.source for row in known_standings())


def test_they_are_found_and_suggested_and_prove_nothing() -> None:
    welder, sweets = CATALOG.find("焊 工"), CATALOG.find("糖果工")
    assert welder is not None and not exited(welder.exit_date, date(2030, 1, 1))
    assert sweets is not None and exited(sweets.exit_date, date(2016, 6, 8))
    assert not exited(sweets.exit_date, date(2016, 6, 7))
    assert "焊工" in CATALOG.suggest("焊")
    assert CATALOG.prove(totals_2020()) == [] and len(CATALOG.occupations) == 192


def test_an_occupation_that_becomes_access_after_all_never_exits() -> None:
    moved = CATALOG.redated(to=None, occupation="电工").find("电工")
    assert moved is not None and (moved.exit_date, moved.standing) == (None, Standing.ACCESS)
    with pytest.raises(CatalogRefused):
        CATALOG.redated(to=date(2021, 1, 1), occupation="糖果工")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("焊工,,in,2020-01-01,x", "不应有退出日期"),
        ("焊工,,left,,x", "退出日期"),
        ("焊工,,gone,,x", "standing"),
        ("焊工,,in,,", "source"),
        (",,in,,x", "occupation"),
        ("焊工,,in,,x\n焊 工,,in,,x", "第3行：职业"),
        ("", "没有职业"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_its_lines(line: str, why: str) -> None:
    with pytest.raises(CatalogRefused, match=why):
        load_standings(HEADER + line)
