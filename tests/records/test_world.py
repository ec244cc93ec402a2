from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from records.case.context import Claim, context_for
from records.office.world import active_holds, place_hold, policies, redate, release_hold, set_policies, world_version
from records.store.database import Database
from states.business_dates import SHANGHAI
from states.policies import Policies
from states.refusals import Refusal
from tests.records.making import CENTRE, NUMBERS, OCCUPATION, certified

NOW = datetime(2020, 10, 12, 9, tzinfo=SHANGHAI)
CLAIM = Claim(NUMBERS[0], OCCUPATION, CENTRE, "", 4, "2020-10")
LATER = date(2021, 6, 30)


def hold(connection: Connection, scope: str = "centre", value: str = CENTRE) -> None:
    place_hold(connection, scope=scope, value=value, reason="核查", by="孙督", at=NOW)


CHANGES: dict[str, tuple[Callable[[Connection], object], str, object]] = {
    "redate": (lambda c: redate(c, to=LATER, at=NOW, by="赵敏", occupation=OCCUPATION), "exit_date", LATER),
    "policies": (lambda c: set_policies(c, Policies(choice_days=9)), "policies", Policies(choice_days=9)),
    "hold on a centre": (hold, "hold", "核查"),
    "hold on an occupation": (lambda c: hold(c, "occupation", OCCUPATION), "hold", "核查"),
    "hold on a case": (lambda c: hold(c, "case", NUMBERS[0]), "hold", "核查"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_at_once(database: Database, what: str) -> None:
    change, field, wanted = CHANGES[what]
    certified(database, 1)
    with database.reading() as connection:
        before, version = context_for(connection, CLAIM), world_version(connection)
    assert getattr(before, field) != wanted
    with database.writing() as connection:
        change(connection)
        assert getattr(context_for(connection, CLAIM), field) == wanted
    with database.reading() as connection:
        assert getattr(context_for(connection, CLAIM), field) == wanted
        assert world_version(connection) > version


@pytest.mark.parametrize(
    ("scope", "typed", "meant"),
    [
        ("occupation", "（粮油） 仓储管理员", "(粮油)仓储管理员"),
        ("occupation", "(粮油)仓储管理员 ", "(粮油)仓储管理员"),
        ("centre", " ４３０１００", "430100"),
        ("centre", "长沙市职业技能鉴定中心", "430100"),
    ],
)
def test_a_hold_is_read_like_a_rosters_cell(database: Database, scope: str, typed: str, meant: str) -> None:
    with database.writing() as connection:
        hold(connection, scope, typed)
        assert (scope, meant) in active_holds(connection)
        assert release_hold(connection, scope=scope, value=typed, by="孙督", at=NOW) == 1


@pytest.mark.parametrize(
    ("scope", "typed", "refused", "near"),
    [
        ("occupation", "电工人", "UnknownOccupation", "电工"),
        ("centre", "430102", "CentreNotQualified", "430100"),
        ("centre", "火星", "CentreNotQualified", "无"),
        ("case", "4301002020999999", "UnknownSubject", ""),
    ],
)
def test_a_hold_on_what_nobody_knows_is_refused_with_what_is_near(
    database: Database, scope: str, typed: str, refused: str, near: str
) -> None:
    with pytest.raises(Refusal) as said, database.writing() as connection:
        hold(connection, scope, typed)
    assert said.value.name == refused and near in said.value.message


def test_a_released_hold_is_gone_at_once(database: Database) -> None:
    with database.writing() as connection:
        hold(connection)
    with database.reading() as connection:
        assert context_for(connection, CLAIM).hold == "核查"
    with database.writing() as connection:
        assert release_hold(connection, scope="centre", value=CENTRE, by="孙督", at=NOW) == 1
    with database.reading() as connection:
        assert context_for(connection, CLAIM).hold == ""


def test_what_was_rolled_back_is_not_remembered(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.begin()
        if database.sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        hold(connection)
        assert context_for(connection, CLAIM).hold == "核查"
        connection.rollback()
    with database.writing() as connection:
        set_policies(connection, Policies(choice_days=9))
    with database.reading() as connection:
        assert context_for(connection, CLAIM).hold == ""
        assert policies(connection).choice_days == 9


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reading() as connection:
        before = world_version(connection)
        with database.writing() as other:
            hold(other)
        assert world_version(connection) == before
    with database.reading() as connection:
        assert world_version(connection) > before


def test_what_a_reader_writes_is_rolled_back(database: Database) -> None:
    with database.reading() as connection:
        connection.execute(text("INSERT INTO counters VALUES ('x', 1)"))
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM counters")).scalar_one() == 0


NONSENSE = {
    "a state nobody knows": "UPDATE cases SET state = 'lost'",
    "no level": "UPDATE cases SET level = 0",
    "a sixth level": "UPDATE cases SET level = 6",
    "a negative fee": "UPDATE cases SET fee_fen = -1, refund_fen = -1",
    "a negative refund": "UPDATE cases SET refund_fen = -1",
    "more back than was paid": "UPDATE cases SET refund_fen = fee_fen + 1",
    "refund and certificate": "UPDATE cases SET refund_fen = 1",
    "a second row of one revision": "UPDATE ledger SET revision = 1",
    "one letter sent twice": "UPDATE deliveries SET message_id = '<one@jianding>'",
    "a delivery status nobody knows": "UPDATE deliveries SET status = 'lost'",
    "a hold on the weather": "INSERT INTO holds (scope, value, reason, \"by\", at) VALUES ('sky', '', '', '', '')",
}


@pytest.mark.parametrize("what", NONSENSE)
def test_the_database_refuses_nonsense(database: Database, what: str) -> None:
    certified(database, 1)
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(text(NONSENSE[what]))
