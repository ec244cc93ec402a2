"""What an office says of its centres counts for the very next command and letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from records.store.database import Database
from services.acts import perform
from services.people import StaffRegister
from states.office import commands as c
from states.office.people import Actor
from states.refusals import CentreNotQualified
from tests.administrator import administrator
from tests.caseload import announce, database_at, register
from tests.people.conftest import NOW

DAY = date(2020, 9, 1)


@pytest.fixture
def office(tmp_path: Path) -> tuple[StaffRegister, Actor]:
    return administrator(database_at(tmp_path), tmp_path / "data")


def last_letter(database: Database) -> dict[str, object]:
    with database.reading() as connection:
        data = connection.execute(text("SELECT data FROM documents ORDER BY id DESC LIMIT 1")).scalar_one()
    decoded: dict[str, object] = msgspec.json.decode(data)
    return decoded


def test_a_letter_bears_the_centre_as_it_is_now(office: tuple[StaffRegister, Actor]) -> None:
    staff, actor = office
    number = announce(staff.database, 1, DAY)
    perform(
        staff, actor, c.ChangeCentre(code="430100", columns={"phone": "0731-80000099"}), actor.authenticated_at or NOW
    )
    register(staff.database, number, DAY)
    assert last_letter(staff.database)["centre_phone"] == "0731-80000099"


def test_a_closed_centre_takes_no_case_and_a_new_one_does(office: tuple[StaffRegister, Actor]) -> None:
    staff, actor = office
    now = actor.authenticated_at or NOW
    number = announce(staff.database, 1, DAY)
    perform(staff, actor, c.CloseCentre(code="430100", successor="430200"), now)
    with pytest.raises(CentreNotQualified, match="移交430200"):
        announce(staff.database, 2, DAY)
    with pytest.raises(CentreNotQualified, match="transfer_centre"):
        register(staff.database, number, DAY)
    with pytest.raises(CentreNotQualified, match="登记册"):
        announce(staff.database, 3, DAY, centre="430181")
    columns = {
        "short": "浏鉴", "name": "浏阳市职业技能鉴定所", "address": "湖南省浏阳市示例路1号", "phone": "0731-80000051",
        "hotline": "0731-80000059", "area": "18", "city": "01", "body_type": "2", "body_serial": "001",
        "organisation": "浏阳市技能人才评价协会",
    }  # fmt: skip
    perform(staff, actor, c.AddCentre(code="430181", columns=columns), now)
    announce(staff.database, 3, DAY, centre="430181")
