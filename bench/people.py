"""Made-up candidates for measurements; nobody among them exists, and none twice in a run."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from records.office.exams import NewDraw
from records.store.database import Database
from services.command_input import command_from
from services.exam_registers import register_draws
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand
from states.reference.identity import make_id_number

OCCUPATION = "保安员"  # never exits: an ordinary lifecycle
LEAVING = "电工"
DRAWN = (NewDraw("GJTK-2026-0001"),)
_serial = count()


def candidate(occupation: str = OCCUPATION) -> dict[str, Any]:
    """The fields of an announcement of somebody new."""
    n = next(_serial)
    born = date(1960 + n // 336 % 40, 1 + n // 28 % 12, 1 + n % 28)
    return {
        "name": f"王{n}",
        "id_number": make_id_number("430102", born, n // 13440 % 1000),
        "address": "湖南省长沙市芙蓉区解放西路1号",
        "occupation": occupation,
        "level": 5,
        "centre": "430100",
        "exam": "2026-12",
    }


def draw_papers(*databases: Database) -> None:
    """Puts the paper of every lifecycle on record: without it there is no result."""
    for database in databases:
        register_draws(database, DRAWN, by="考务", at=datetime.now(SHANGHAI))


def lifecycle() -> list[AnyCommand]:
    """The five commands of an ordinary case: announced, registered, examined, certified by two people."""
    passed = {"result": "passed", "paper": DRAWN[0].paper, "session": "S-1"}
    return [
        command_from("announce", candidate(), by="经办甲"),
        command_from("register", {"fee_fen": 28000}, by="经办甲"),
        command_from("hold_exam", passed, by="经办甲"),
        command_from("certify", {}, by="经办甲"),
        command_from("approve", {}, by="复核乙"),
    ]
