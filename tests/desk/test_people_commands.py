"""Operators, sign-in and scope at the terminal, as people type them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from desk.cli.__main__ import app
from desk.cli.anywhere import hoisted
from desk.cli.kept import kept_file
from records.ledger.office import acts
from states.refusals import Refusal
from tests.caseload import announce
from tests.desk.people import ADMINISTRATOR, PASSWORD, SignedIn, centres_of
from tests.desk.typed import typed

HERE, THERE = "430100", "430200"


@pytest.fixture
def installed(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(signed_in.data))
    return signed_in


def said(*arguments: str, typing: str = "") -> tuple[int, Any]:
    """The exit code and the JSON of a command; a refusal by its name."""
    result = CliRunner().invoke(app, [*arguments, "--json"], input=typing)
    if isinstance(result.exception, Refusal):
        return 1, {"error": result.exception.name, "message": result.exception.message}
    return result.exit_code, json.loads(result.stdout)


def test_a_fresh_installation_from_init_to_two_people(tmp_path: Path) -> None:
    """Every command a process of its own, passwords from standard input, as a script would."""
    data = tmp_path / "data"
    assert "operator init" in typed(data, "case", "list").err
    weak = typed(data, "operator", "init", "管理甲", "--password-stdin", typing="123456\n")
    assert (weak.code, "至少 10 个字符" in weak.err) == (1, True)
    init = ("operator", "init", "管理甲", "--password-stdin", "--no-second-factor")
    assert typed(data, *init, typing=PASSWORD + "\n").code == 0
    assert json.loads(typed(data, *init, "--json", typing=PASSWORD + "\n").out)["error"] == "AlreadyInitialised"
    add = ("operator", "add", "张经办", "--role", "经办", "--centre", HERE, "--password-stdin")
    assert typed(data, *add, typing=PASSWORD + "\n").code == 0
    assert typed(data, "login", "张经办", "--password-stdin", typing=PASSWORD + "\n").code == 0
    assert typed(data, "whoami", "--json").json["name"] == "张经办"
    assert typed(data, "whoami", "--json", "--as", "管理甲").json["roles"] == ["administrator"]
    assert kept_file().stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in kept_file().read_text()
    assert typed(data, "logout").code == 0
    assert typed(data, "whoami", "--json").json["name"] == "管理甲"
    assert typed(data, "logout", "--all").code == 0
    assert typed(data, "whoami", "--json").json["error"] == "NotSignedIn"


def test_a_second_factor_is_set_up_by_a_script_in_two_steps(tmp_path: Path) -> None:
    import pyotp

    data = tmp_path / "data"
    assert typed(data, "operator", "init", "管理甲", "--password-stdin", typing=PASSWORD + "\n").code == 0
    assert typed(data, "operator", "list", "--json").json["error"] == "SecondFactorNotEnrolled"
    begun = typed(data, "operator", "second-factor", "--json").json
    code = pyotp.TOTP(begun["secret"]).now()
    assert typed(data, "operator", "second-factor", "--ticket", begun["ticket"], "--code", code).code == 0
    assert len(typed(data, "operator", "list", "--json").json) == 1
    needed = typed(data, "login", "管理甲", "--password-stdin", "--json", typing=PASSWORD + "\n")
    assert needed.json["error"] == "SecondFactorNeeded"


def test_as_is_taken_out_of_wherever_it_is_written() -> None:
    assert hoisted(["case", "do", "N", "approve", "--as", "李", "--json"]) == [
        "--as", "李", "case", "do", "N", "approve", "--json",
    ]  # fmt: skip
    assert hoisted(["--as=李", "x", "--", "--as", "y"]) == ["--as=李", "x", "--", "--as", "y"]


@pytest.mark.parametrize("field", ["by=张三", "role=reviewer", "account=1"])
def test_nobody_says_who_they_are_in_a_command(installed: SignedIn, field: str) -> None:
    number = announce(installed.register.database, 1, date(2020, 9, 1))
    code, found = said("case", "do", number, "withdraw", field)
    assert (code, found["error"]) == (2, "InvalidField")
    assert "login" in found["message"]


def test_another_centres_case_does_not_exist(installed: SignedIn) -> None:
    number = announce(installed.register.database, 1, date(2020, 9, 1))
    centres_of(installed, "经办甲", THERE)
    missing = number[:-1] + "9"
    for command in (("case", "show"), ("case", "timeline")):
        told = [said(*command, one) for one in (number, missing)]
        assert told[0][1]["message"].replace(number, "") == told[1][1]["message"].replace(missing, "")
        assert {found["error"] for _, found in told} == {"UnknownCase"}
    assert said("case", "do", number, "withdraw")[1]["error"] == "UnknownCase"
    assert said("letter", "preview", number, "announcement")[1]["error"] == "UnknownCase"
    assert said("case", "list")[1] == []
    assert said("queue", "list", "mine")[1]["count"] == 0
    assert said("case", "do", "--where", "state=announced", "withdraw", "--dry-run")[1]["selected"] == 0
    assert [row["id"] for row in said("case", "list", "--as", "经办丁")[1]] == [number]


def test_a_case_is_opened_only_where_one_works(installed: SignedIn) -> None:
    centres_of(installed, "经办甲", THERE)
    fields = ["name=王喆", "id_number=430102199203150017", "occupation=保安员", "level=5", f"centre={HERE}"]
    assert said("case", "open", *fields)[1]["error"] == "CentreNotQualified"


def test_acts_at_the_terminal_wait_for_a_second_administrator(installed: SignedIn) -> None:
    assert said("policy", "set", "choice_days=45")[1]["error"] == "ActNotAllowed"
    code, found = said("policy", "set", "choice_days=45", "--as", ADMINISTRATOR)
    assert (code, found["status"]) == (0, "waiting")  # the supervisor could be the second person
    assert said("office", "approve", found["proposal"], "--yes", "--as", ADMINISTRATOR)[1]["error"] == "SamePerson"
    (shown,) = said("office", "pending", "--as", "督导戊")[1]
    assert (shown["old"], shown["new"]) == ({"choice_days": 30}, {"choice_days": 45})
    assert (
        said("office", "approve", shown["proposal"], "--seal", "0" * 64, "--as", "督导戊")[1]["error"]
        == "StaleProposal"
    )
    assert said("office", "approve", shown["proposal"], "--yes", "--as", "督导戊")[0] == 0
    assert said("policy", "show")[1]["choice_days"] == 45
    with installed.register.database.reading() as connection:
        (written,) = acts(connection, act="set_policies", limit=5)
    assert (written.by, written.old, written.new) == (ADMINISTRATOR, {"choice_days": 30}, {"choice_days": 45})
    assert written.second and written.second != written.account
    (shown,) = said("office", "ledger", "--act", "set_policies", "--as", "督导戊")[1]
    assert (shown["by"], shown["new"]) == (ADMINISTRATOR, {"choice_days": 45})
    assert said("office", "ledger")[1]["error"] == "ActNotAllowed"


def test_days_holds_and_centres_at_the_terminal(installed: SignedIn) -> None:
    assert said("calendar", "set", "2027-02-06", "--workday", "--name", "调休", "--as", ADMINISTRATOR)[0] == 0
    assert said("calendar", "list")[1][0]["by"] == ADMINISTRATOR
    assert said("calendar", "clear", "2027-02-06", "--as", ADMINISTRATOR)[1]["cleared"] is True
    assert said("calendar", "clear", "2027-02-06", "--as", ADMINISTRATOR)[1]["error"] == "UnknownSubject"
    assert said("hold", "place", "occupation", "电工", "--reason", "突击发证", "--as", "督导戊")[0] == 0
    assert said("hold", "list")[1] == [{"scope": "occupation", "value": "电工", "reason": "突击发证"}]
    assert said("hold", "release", "occupation", "电工", "--as", "督导戊")[1]["released"] == 1
    assert said("hold", "place", "centre", "长鉴", "--reason", "抽查", "--as", "督导戊")[0] == 0
    assert said("hold", "list")[1] == [{"scope": "centre", "value": HERE, "reason": "抽查"}]
    assert (
        said("hold", "place", "occupation", "没有的职业", "--reason", "x", "--as", "督导戊")[1]["error"]
        == "UnknownOccupation"
    )
    assert said("hold", "place", "world", "x", "--reason", "x", "--as", "督导戊")[0] == 2
    changed = said("centre", "change", HERE, "电话=0731-80000099", "--as", ADMINISTRATOR)[1]
    assert (changed["old"], changed["new"]) == ({"phone": "0731-80000011"}, {"phone": "0731-80000099"})
    assert said("centre", "show", HERE)[1]["phone"] == "0731-80000099"
    assert said("centre", "close", "430900", "--successor", HERE, "--as", ADMINISTRATOR)[0] == 0
    assert [one["code"] for one in said("centre", "list")[1] if one["closed_on"]] == ["430900"]


def test_a_service_token_acts_within_its_scope(installed: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    made = said("operator", "token", "create", "夜间打印", "--scope", "post,read")[1]
    monkeypatch.setenv("JIANDING_TOKEN", made["token"])
    assert said("whoami")[1]["scopes"] == ["post", "read"]
    number = announce(installed.register.database, 1, date(2020, 9, 1))
    assert said("case", "do", number, "withdraw")[1]["error"] == "OutsideScope"
    assert said("operator", "token", "create", "又一个", "--scope", "read")[1]["error"] == "OutsideScope"
    monkeypatch.delenv("JIANDING_TOKEN")
    assert said("operator", "token", "list")[1][0]["id"] == made["id"]
    assert said("operator", "token", "revoke", made["id"])[0] == 0
    monkeypatch.setenv("JIANDING_TOKEN", made["token"])
    assert said("whoami")[1]["error"] == "SessionEnded"


def test_one_sees_and_ends_ones_own_other_sessions(installed: SignedIn) -> None:
    from desk.cli.kept import kept
    from desk.cli.signed import token_of
    from settings import Settings

    first = token_of(kept(Settings()), "经办甲")
    assert said("login", "经办甲", "--password-stdin", typing=PASSWORD + "\n")[0] == 0
    assert token_of(kept(Settings()), "经办甲") != first  # signing in again ends the session that was kept
    (here,) = said("operator", "sessions")[1]
    assert here["here"] is True
    assert said("operator", "end-session")[1] == {"ended": 0}
    assert said("operator", "end-session", here["id"])[1] == {"ended": 0}


def test_people_are_locked_reset_and_leave(installed: SignedIn) -> None:
    assert said("operator", "lock", "经办丁", "--as", ADMINISTRATOR)[0] == 0
    assert said("whoami", "--as", "经办丁")[1]["error"] == "SessionEnded"
    assert said("operator", "unlock", "经办丁", "--as", ADMINISTRATOR)[0] == 0
    new = "新的口令啊 很长很长\n"
    assert said("operator", "reset", "经办丁", "--password-stdin", "--as", ADMINISTRATOR, typing=new)[0] == 0
    assert said("login", "经办丁", "--password-stdin", typing=new)[1]["must_enrol"] is False
    assert said("operator", "password", "--password-stdin", typing=new + PASSWORD + "\n")[0] == 0
    assert said("operator", "roles", "经办丁", "复核", "--as", ADMINISTRATOR)[1]["new"] == {"roles": ["reviewer"]}
    assert said("operator", "roles", "经办丁", "店员", "--as", ADMINISTRATOR)[1]["error"] == "UnknownRole"
    assert said("operator", "centres", "经办丁", HERE, "--as", ADMINISTRATOR)[1]["new"] == {"centres": [HERE]}
    assert said("operator", "leave", "经办丁", "--as", ADMINISTRATOR)[0] == 0
    assert said("operator", "show", "经办丁", "--as", ADMINISTRATOR)[1]["state"] == "left"
    assert said("operator", "unlock", "经办丁", "--as", ADMINISTRATOR)[1]["error"] == "NoChange"
    assert said("operator", "roles", "经办丁", "经办", "--as", ADMINISTRATOR)[1]["error"] == "AccountNotActive"
    assert said("operator", "show", "某人", "--as", ADMINISTRATOR)[1]["error"] == "UnknownAccount"
