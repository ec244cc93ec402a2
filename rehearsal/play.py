"""Plays a scenario on the rehearsal clock and compares what came out with what was expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from records.case.context import case_facts
from records.case.reading import documents
from records.office.world import set_policies
from rehearsal.scenario import BadScenario, Scenario, ScenarioStep
from rehearsal.season import Season
from services.command_input import command_from
from services.exam_registers import register_draws, register_sessions
from services.place import Working
from states.case.commands import OPENING
from states.reference.catalog import CatalogRefused
from states.refusals import Refusal
from states.words import State

_OFFICE = "考务"
_NOTHING: dict[str, Any] = {
    "state": None,
    "revision": 0,
    "documents": [],
    "certificate_no": None,
    "refund_fen": 0,
    "pending": None,
    "escalated": False,
}


class Play:
    """One run of one scenario."""

    def __init__(self, scenario: Scenario, place: Working, progress: Callable[[], None] = lambda: None) -> None:
        self._scenario = scenario
        self._place = place
        self._season = Season(place)
        self._progress = progress
        self._numbers: dict[str, str] = {}
        self._refusals: list[dict[str, Any]] = []
        self._failures: list[str] = []

    async def run(self) -> dict[str, Any]:
        """The JSON of `./run play` (design §8), with `failures` in words beside it."""
        with self._place.database.writing() as connection:
            set_policies(connection, self._scenario.policies)
        self._fill_registers()
        for step in self._scenario.steps:
            await self._season.advance(step.at)
            await self._perform(step)
            self._progress()
        cases = {name: self._outcome(name) for name in self._scenario.cases}
        for expected in self._scenario.expect:
            self._compare(expected, cases[str(expected["case"])])
        return {"cases": cases, "refusals": self._refusals, "ok": not self._failures, "failures": self._failures}

    def _fill_registers(self) -> None:
        """Papers and sessions are on record before the first step."""
        if not self._scenario.steps:
            return
        database, at = self._place.database, self._scenario.steps[0].at
        try:
            register_draws(database, self._scenario.papers, by=_OFFICE, at=at)
            register_sessions(database, self._scenario.sessions, by=_OFFICE, at=at)
        except Refusal as refusal:
            raise BadScenario(f"papers 或 sessions 有误：{refusal.message}") from refusal

    async def _perform(self, step: ScenarioStep) -> None:
        if step.redate is not None:
            await self._try(step, "", self._redate)
        for case in step.cases if step.do else ():
            await self._try(step, case, self._send)

    async def _try(self, step: ScenarioStep, case: str, act: Callable[[ScenarioStep, str], Any]) -> None:
        what = f"第{step.position}步 {case} {step.do or 'redate'}"
        try:
            await act(step, case)
        except Refusal as refusal:
            shown = {
                "step": step.position,
                "case": case,
                "do": step.do,
                "error": refusal.name,
                "message": refusal.message,
            }
            self._refusals.append(shown)
            if step.refused not in (refusal.name, "any"):
                wanted = f"，应为 {step.refused}" if step.refused else ""
                self._failures.append(f"{what}：{refusal.name}{wanted}（{refusal.message}）")
        else:
            if step.refused:
                self._failures.append(f"{what}：应被拒绝（{step.refused}），却已办理")

    async def _redate(self, step: ScenarioStep, case: str) -> None:
        moved = step.redate
        assert moved is not None  # the caller has looked
        try:
            await self._season.redate(
                to=moved.to, at=step.at, by=step.by, batch=moved.batch, occupation=moved.occupation
            )
        except CatalogRefused as wrong:
            self._failures.append(f"第{step.position}步 redate：{wrong}")

    async def _send(self, step: ScenarioStep, case: str) -> None:
        known = self._scenario.cases[case]
        fields = {**known, **step.fields} if step.do in OPENING else step.fields
        sent = command_from(step.do, fields, by=step.by, role=step.role)
        if case in self._numbers:
            await self._season.send(self._numbers[case], [sent], step.at)
        elif step.do in OPENING:
            self._numbers[case], _ = await self._season.open([sent], step.at)
        else:
            await self._season.send(f"unopened-{case}", [sent], step.at, occupation=str(known.get("occupation", "")))

    def _outcome(self, case: str) -> dict[str, Any]:
        number = self._numbers.get(case)
        with self._place.database.reading() as connection:
            facts = case_facts(connection, number) if number else None
            if facts is None or number is None:
                return dict(_NOTHING)
            return {
                "state": None if facts.state is State.NEW else facts.state.value,
                "revision": facts.revision,
                "documents": [document["kind"] for document in documents(connection, number)],
                "certificate_no": facts.certificate_no,
                "refund_fen": facts.refund_fen,
                "pending": facts.pending.command if facts.pending else None,
                "escalated": facts.choice.escalated,
            }

    def _compare(self, expected: dict[str, Any], found: dict[str, Any]) -> None:
        for key, wanted in expected.items():
            if key == "case":
                continue
            held = found[key]
            same = set(wanted) <= set(held) if key == "documents" else (wanted or None) == (held or None)
            if not same:
                self._failures.append(f"{expected['case']}：{key} 应为 {wanted}，实为 {held}")
