"""The supervisor's figures equal what is on record, of their own centres; every chart has its table beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from sqlalchemy import text
from starlette.testclient import TestClient

from desk.web.charts import LABELS, Said, chart
from desk.web.house import House
from services.supervision import overview
from states.business_dates import SHANGHAI
from states.office.people import Actor
from states.words import Role
from tests.caseload import announce, draw_papers, register
from tests.web.conftest import ELSEWHERE, HERE, NOW

TODAY = NOW.astimezone(SHANGHAI).date()


def season(house: House) -> None:
    """Three cases of one centre, two of them registered, and one of another."""
    draw_papers(house.database)
    for n in (1, 2, 3):
        announce(house.database, n, date(2020, 11, 2))
    for n in (1, 2):
        register(house.database, f"4301002020{n:06d}", date(2020, 11, 12))
    announce(house.database, 4, date(2020, 11, 10), centre=ELSEWHERE)


def actor(*centres: str) -> Actor:
    return Actor("a", "督导戊", frozenset({Role.SUPERVISOR}), frozenset(centres) if centres else None, "", NOW)


def test_the_figures_are_those_on_record(house: House) -> None:
    season(house)
    found = overview(house.database, actor(), TODAY)
    weeks = dict(zip(found.weeks.rows, found.weeks.figures, strict=True))
    assert found.weeks.columns == ("announced", "registered")
    assert weeks["2020-11-02"] == (3, 0)
    assert weeks["2020-11-09"] == (1, 2)
    assert len(weeks) == 12 and list(weeks)[-1] == "2020-11-30"
    with house.database.reading() as connection:
        letters = connection.execute(text("SELECT count(*) FROM deliveries")).scalar_one()
        waiting = connection.execute(
            text("SELECT count(*) FROM cases WHERE exit_date > :today AND next_wake_on IS NOT NULL"), {"today": TODAY}
        ).scalar_one()
    assert sum(map(sum, found.letters.figures)) == letters
    assert sum(map(sum, found.exits.figures)) == waiting == 4
    stays = dict(zip(found.days.rows, found.days.figures, strict=True))
    assert stays[HERE] == (100,)  # announced for ten days, twice
    assert found.stayed == {(HERE, "announced"): 2}


def test_another_centres_cases_are_in_no_figure(house: House) -> None:
    season(house)
    found = overview(house.database, actor(ELSEWHERE), TODAY)
    assert sum(map(sum, found.weeks.figures)) == 1
    assert sum(map(sum, found.exits.figures)) == 1
    assert found.days.rows == ()


def test_bars_are_as_long_as_their_figures_say() -> None:
    said = Said("x", "题", "", "行", str, str)
    drawn = chart(said, ("a", "b"), ("one", "two"), ((3, 1), (0, 2)))
    (one, two), (three,) = drawn.bars[0].pieces, drawn.bars[1].pieces
    assert one.x == LABELS and two.x == one.x + one.width
    assert one.width == 3 * two.width and three.width == 2 * two.width
    assert (drawn.bars[0].total, drawn.cells[1]) == ("4", ("b", "0", "2"))


def test_every_chart_has_its_table(house: House, signed_in: Callable[..., TestClient]) -> None:
    season(house)
    page = signed_in(Role.SUPERVISOR).get("/supervision").text
    charts = re.findall(r'<svg class="chart"', page)
    assert len(charts) >= 3
    assert page.count("<table>") == len(charts)
    assert " style=" not in page  # nothing that the policy of the pages forbids
