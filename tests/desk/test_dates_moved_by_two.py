"""A date moved by one administrator and approved by a supervisor: every affected case is told, on a real engine."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from states.business_dates import SHANGHAI, business_date
from tests.caseload import announce, register
from tests.desk.people import ADMINISTRATOR, SignedIn
from tests.desk.typed import typed


def test_the_second_person_sets_the_run_going(signed_in: SignedIn) -> None:
    number = announce(signed_in.register.database, 1, date(2020, 9, 1))
    register(signed_in.register.database, number, date(2020, 9, 1))

    to = business_date(datetime.now(SHANGHAI)) + timedelta(days=400)
    moved = ("catalog", "redate", to.isoformat(), "--occupation", "电工", "--yes", "--json", "--as", ADMINISTRATOR)
    waiting = typed(signed_in.data, *moved).json
    assert waiting["status"] == "waiting"
    assert waiting["new"] == {"to": to.isoformat(), "occupations": 1}
    approved = typed(signed_in.data, "office", "approve", waiting["proposal"], "--yes", "--json", "--as", "督导戊")
    standing = json.loads(approved.out)
    assert (standing["selected"], standing["done"], standing["failed"]) == (1, 1, 0)
    shown = typed(signed_in.data, "case", "show", number, "--json").json
    assert shown["exit_date"] == to.isoformat()
