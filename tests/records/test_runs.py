"""Bulk runs on record: one status an item, so that every total adds up whatever is interrupted."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from records.case.recording import record
from records.runs.items import (
    NewItem,
    Plan,
    Settled,
    claim_page,
    conclude,
    counts,
    move,
    not_done,
    open_runs,
    plan_run,
    run_of,
    settle,
)
from records.store.database import Database
from states.case import commands as c
from states.case.facts import CaseFacts
from tests.records.making import announce, compose, judged

AT = "2026-11-24T09:00:00+08:00"


def begin(database: Database, items: list[NewItem], run: str = "r1", plan: Plan | None = None) -> None:
    with database.writing() as connection:
        plan_run(connection, id_=run, kind="import", title="名册", by="王芳", at=AT, items=items, plan=plan, digest="d")


def rows(*serials: int) -> list[NewItem]:
    return [NewItem(f"名册!{n}", commands=(announce(n),)) for n in serials]


def test_every_total_adds_up(database: Database) -> None:
    begin(database, [*rows(1, 2, 3), NewItem("名册!5", error="InvalidField", message="缺少姓名")])
    with database.writing() as connection:
        assert counts(connection, "r1") == {"selected": 4, "done": 0, "skipped": 0, "failed": 1, "pending": 3}
        page = claim_page(connection, "r1", 10, 2026)
        settle(connection, "r1", [Settled(1, "done"), Settled(2, "failed", "WrongState", "不能")])
        assert counts(connection, "r1") == {"selected": 4, "done": 1, "skipped": 0, "failed": 2, "pending": 1}
        assert conclude(connection, "r1", AT) == "running"
        settle(connection, "r1", [Settled(3, "done"), Settled(2, "done")])
        assert conclude(connection, "r1", AT) == "done"
        assert counts(connection, "r1") == {"selected": 4, "done": 2, "skipped": 0, "failed": 2, "pending": 0}
        assert [item.position for item in page.items] == [1, 2, 3]
        assert [(f["position"], f["error"]) for f in not_done(connection, "r1", 9)] == [
            (2, "WrongState"),
            (4, "InvalidField"),
        ]
        assert open_runs(connection, "d") == []
        kept = run_of(connection, "r1")
        assert kept is not None and (kept.selected, kept.finished_at) == (4, AT)


def test_a_second_try_opens_the_same_cases_with_the_same_commands(database: Database) -> None:
    """A page that was killed leaves its items tried: numbers and ids stay what they were."""
    begin(database, rows(1, 2))
    with database.writing() as connection:
        first = claim_page(connection, "r1", 10, 2026)
    with database.writing() as connection:
        assert claim_page(connection, "r1", 10, 2026) == first
    assert len({item.case_number for item in first.items}) == 2


def test_a_shared_command_has_an_id_of_its_own_for_each_case(database: Database) -> None:
    plan = Plan((c.FollowCalendar(by="管理丁", reason="redate"),))
    begin(database, [NewItem("a", "4301002026000001"), NewItem("b", "4301002026000002")], plan=plan)
    begin(database, [NewItem("a", "4301002026000001")], run="r2", plan=plan)
    with database.writing() as connection:
        ids = [item.commands[0].id for run in ("r1", "r2") for item in claim_page(connection, run, 10, 2026).items]
        again = [item.commands[0].id for run in ("r1", "r2") for item in claim_page(connection, run, 10, 2026).items]
    assert ids == again
    assert len(set(ids)) == 3 and all(ids)


def test_what_an_earlier_run_did_is_skipped_and_what_this_run_did_is_done(database: Database) -> None:
    begin(database, rows(1, 2))
    with database.writing() as connection:
        first = claim_page(connection, "r1", 1, 2026).items[0]
        record(connection, judged(connection, CaseFacts(first.case_number), *first.commands), compose)
        assert [item.position for item in claim_page(connection, "r1", 10, 2026).items] == [1, 2]  # tried: asked again
    begin(database, rows(1, 2), run="r2")
    with database.writing() as connection:
        assert [item.position for item in claim_page(connection, "r2", 10, 2026).items] == [2]
        skipped = not_done(connection, "r2", 9, "skipped")
    assert [(s["position"], s["error"]) for s in skipped] == [(1, "AlreadyDone")]
    assert first.case_number in skipped[0]["message"]


def test_people_are_forgotten_once_a_row_is_settled(database: Database) -> None:
    begin(database, rows(1))
    with database.writing() as connection:
        settle(connection, "r1", [Settled(1, "done")])
        assert connection.execute(text("SELECT work FROM run_items")).scalars().all() == [""]


@pytest.mark.parametrize(("status", "sources"), [("paused", ("running",)), ("cancelling", ("running", "paused"))])
def test_a_run_that_is_to_stop_hands_out_nothing(database: Database, status: str, sources: tuple[str, ...]) -> None:
    begin(database, rows(1))
    with database.writing() as connection:
        assert move(connection, "r1", sources, status)
        assert claim_page(connection, "r1", 10, 2026).items == ()
        assert not move(connection, "r1", ("done",), "running")


def test_a_cancelled_run_says_what_it_did_not_do(database: Database) -> None:
    begin(database, rows(1, 2, 3))
    with database.writing() as connection:
        settle(connection, "r1", [Settled(1, "done")])
        move(connection, "r1", ("running",), "cancelling")
        assert conclude(connection, "r1", AT) == "cancelled"
        assert counts(connection, "r1") == {"selected": 3, "done": 1, "skipped": 2, "failed": 0, "pending": 0}
        settle(connection, "r1", [Settled(2, "done")])
        assert counts(connection, "r1")["done"] == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["done", "skipped", "failed", "pause", "claim"]))))
def test_conserved_whatever_comes(database: Database, events: list[tuple[int, str]]) -> None:
    with database.writing() as connection:
        connection.execute(text("DELETE FROM run_items"))
        connection.execute(text("DELETE FROM runs"))
    begin(database, rows(*range(1, 11)))
    over: dict[int, str] = {}
    for position, event in events:
        with database.writing() as connection:
            if event == "pause":
                move(connection, "r1", ("running", "paused"), "paused" if position % 2 else "running")
            elif event == "claim":
                handed = {item.position for item in claim_page(connection, "r1", 4, 2026).items}
                assert not handed & over.keys()
            else:
                settle(connection, "r1", [Settled(position, event)])
                if 1 <= position <= 10:
                    over.setdefault(position, event)
            now = counts(connection, "r1")
        assert now["selected"] == 10 == now["done"] + now["skipped"] + now["failed"] + now["pending"]
        assert now["pending"] == 10 - len(over)
        assert now["failed"] == sum(status == "failed" for status in over.values())
