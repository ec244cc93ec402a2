"""Every field of a scenario given every wrong kind of value: said in a sentence, never a traceback."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal.scenario import BadScenario, load_scenario
from services.command_input import command_from, known_commands
from states.case.commands import COMMANDS, OPENING
from states.refusals import Refusal

WRONG: tuple[Any, ...] = (None, -1, 2.5, True, "？？", [1], {"x": 1}, date(2020, 1, 1))
SCENARIO = yaml.safe_load(
    """
clock: 2020-11-02
papers: [GJTK-2020-0417, {number: GJTK-2021-0033, occupation: 电工, level: 3, draw: D-1, date: 2020-10-01}]
sessions: [{code: S-1, centre: "430100", date: 2020-12-20, site: "430102"}]
policy: {choice_days: 30, reminders: [7, 1], choice_default: refund, resit_months: 12}
people: {clerk: 经办甲, reviewer: 复核乙}
cases:
  a:
    candidate: {name: 王喆, id_number: "430102199203150017", address: 长沙, phone: "13800000000", email: a@example.org}
    occupation: 电工
    level: 3
    centre: "430100"
    cohort: plan_student
    plan: {organisation: 某校, name: 2019级, intake: 2019-09-01}
script:
  - {at: 2020-11-02T09:00, case: a, do: announce, by: clerk, exam: E-1, exam_on: 2020-12-20, session: S-1}
  - {at: 2020-11-03T09:00, case: [a], do: register, by: clerk, fee: 280, payer: 某公司, refused: any}
  - {at: 2020-11-04T09:00, redate: {occupation: 电工, date: 2021-01-31}}
expect:
  - {case: a, state: announced, revision: 1, documents: [announcement], certificate_no: null, pending: null}
"""
)
FIELDS: dict[str, dict[str, Any]] = {
    "announce": {**SCENARIO["cases"]["a"], "exam": "E", "exam_on": "2020-12-20", "session": "S", "site": "430102"},
    "register": {"fee_fen": 1, "fee": 1, "received": False, "payer": {"name": "x"}, "work_years": 1, "held_level": 4,
                 "held_years": 2, "diploma": "college", "exam_on": "2020-12-20"},
    "receive_fee": {"amount_fen": 1, "bank_ref": "x"},
    "import_certificate": {**SCENARIO["cases"]["a"], "certificate_no": "x", "issued_on": "2019-06-01",
                           "held_on": "2019-05-01", "instrument": "vocational", "organisation": "x"},
    "request_conversion": {"organisation": "x", "fee": "transfer", "payee": "x"},
    "change_choice": {"choice": "refund", "fee": "refund"},
    "postpone": {"exam_on": "2021-01-01", "session": "x", "site": "430100"},
    "hold_exam": {"result": "合格", "theory": 70, "practice": "passed", "session": "S", "paper": "P",
                  "held_on": "2020-12-20", "site": "430100", "approval": "x"},
    "regrade": {"result": "passed", "requested_on": "2020-12-01"},
    "certify": {"instrument": "skill_level", "number": "x", "organisation": "x"},
    "report_loss": {"instrument": "vocational"},
    "exchange": {"name": "x", "id_number": "x", "id_type": "护照"},
    "correct": {"name": "x", "id_number": "x", "id_type": "passport", "address": "x", "phone": "1", "email": "x"},
    "transfer_centre": {"centre": "430200"},
    "approve": {"seen_revision": 1, "seen_hash": "x"},
}  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in the file, the whole included."""
    yield path
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in inside:
        yield from places(below, (*path, key))


def changed(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    data = copy.deepcopy(SCENARIO)
    node = data
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return data


@pytest.mark.parametrize("path", list(places(SCENARIO)), ids=lambda path: "/".join(map(str, path)) or "all")
def test_a_wrong_value_anywhere_in_a_file_is_no_scenario_or_harmless(path: tuple[Any, ...], tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    for value in WRONG:
        file.write_text(yaml.safe_dump(changed(path, value), allow_unicode=True), encoding="utf-8")
        try:
            loaded = load_scenario(file)
        except BadScenario:
            continue
        for step in loaded.steps:
            for case in step.cases if step.do else ():
                _made(step.do, {**loaded.cases[case], **step.fields} if step.do in OPENING else step.fields)


@pytest.mark.parametrize(("command", "field"), [(do, field) for do, fields in FIELDS.items() for field in fields])
def test_a_wrong_value_in_any_field_of_a_command_is_refused_by_name_or_taken(command: str, field: str) -> None:
    for value in WRONG:
        _made(command, {**FIELDS[command], field: value})


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_an_unknown_field_is_named(command: str) -> None:
    if command in known_commands():
        with pytest.raises(Refusal) as refused:
            command_from(command, {**FIELDS.get(command, {}), "colour": "red"}, by="经办甲")
        assert refused.value.name == "InvalidField"


def _made(command: str, fields: dict[str, Any]) -> None:
    with suppress(Refusal):  # anything else is a traceback at somebody's desk
        command_from(command, fields, by="经办甲")
