"""`judge` against the naive model of the same rules, command by command, over random seasons of one case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.policies import Policies
from states.refusals import Refusal
from tests.states.factories import BATCH_1, BATCH_2, send
from tests.states.naive_model import NaiveCase

START = date(2020, 9, 25)
EXITS = [BATCH_1, BATCH_2, None, date(2020, 10, 15), date(2021, 3, 31)]
FREQUENT = [("clerk", "甲"), ("reviewer", "乙"), ("finance", "丙")]
USUAL = {"approve": 1, "decline": 1, "settle_refund": 2, "fail_refund": 2}
COMMANDS = [
    "register",
    "hold_exam",
    "certify",
    "withdraw",
    "continue_exam",
    "request_refund",
    "request_conversion",
    "approve",
    "approve",
    "approve",
    "decline",
    "settle_refund",
    "fail_refund",
    "convert",
    "report_loss",
    "correct",
    "announce",
    "import_certificate",
]


@st.composite
def sent(draw: st.DrawFn, names: list[str] = COMMANDS) -> dict[str, Any]:
    do = draw(st.sampled_from(names))
    role, by = FREQUENT[USUAL.get(do, 0)]
    if draw(st.integers(0, 9)) == 9:
        role = draw(st.sampled_from(["clerk", "reviewer", "finance", "supervisor", "administrator"]))
    if draw(st.integers(0, 4)) == 4:
        by = draw(st.sampled_from(["甲", "乙"]))
    command: dict[str, Any] = {"do": do, "role": role, "by": by}
    if do == "announce":
        command["cohort"] = draw(st.sampled_from(["none", "none", "plan_student", "new_apprentice"]))
    elif do == "register":
        command["fee_fen"] = draw(st.sampled_from([0, 28_000, 28_000, -1]))
    elif do == "hold_exam":
        command["result"] = draw(st.sampled_from(["passed", "passed", "failed", "absent"]))
        command["paper"] = draw(st.sampled_from(["GJTK-2020-0417", "GJTK-2020-0417", ""]))
        command["held_on"] = draw(st.sampled_from([None, START, BATCH_1, date(2020, 12, 30), BATCH_2]))
    elif do == "certify":
        command["instrument"] = draw(st.sampled_from(["vocational", "skill_level"]))
    return command


opening = sent(["announce"] * 4 + ["import_certificate"])
gaps = st.sampled_from([0, 0, 1, 5, 10, 30, 31, 90])
LIKELY = [do for do in COMMANDS if do in ("register", "hold_exam", "certify", "approve", "report_loss", "withdraw")]
later = st.tuples(
    gaps,
    st.one_of(sent(LIKELY), sent()),
    st.sampled_from([*[0] * 12, 1, 2, 3, 4, 5]),
    st.integers(0, 9).map(lambda n: n == 9),
)
seasons = st.lists(later, max_size=12)
policies = st.fixed_dictionaries(
    {
        "announced_at_exit": st.sampled_from(["close", "choose"]),
        "choice_default": st.sampled_from(["", "continue_exam", "request_refund"]),
        "choice_days": st.sampled_from([10, 30]),
    }
)


CLERK: dict[str, Any] = {"role": "clerk", "by": "甲"}
ANSWERED_LATE = [  # an answer after the deadline takes the case out of the supervisor's queue
    (0, {**CLERK, "do": "register", "fee_fen": 28_000}, 0, False),
    (5, {**CLERK, "do": "correct"}, 0, False),
    (30, {**CLERK, "do": "withdraw"}, 0, False),
]


@settings(max_examples=1800, deadline=None)
@example(
    BATCH_1,
    {"announced_at_exit": "close", "choice_default": "", "choice_days": 10},
    {**CLERK, "do": "announce", "cohort": "none"},
    ANSWERED_LATE,
)
@given(st.sampled_from(EXITS), policies, opening, seasons)
def test_judge_agrees_with_the_naive_model(
    exit_date: date | None, policy: dict[str, Any], first: dict[str, Any], season: list[Any]
) -> None:
    facts, model, today = CaseFacts(number="1"), NaiveCase(**policy), START
    for gap, command, redate, hold in [(0, first, 0, False), *season]:
        today += timedelta(days=gap)
        exit_date = EXITS[redate - 1] if redate else exit_date
        context = Context(
            exit_date=exit_date, occupation="电工", hold="督导暂缓" if hold else "", policies=Policies(**policy)
        )
        said = ""
        try:
            facts = judge(facts, [send(**command)], context, today).facts
        except Refusal as refused:
            said = refused.name
        expected = model.send(today, exit_date, command, hold=hold)
        assert said == expected, (today, exit_date, command)
        shown = (facts.state.value, facts.pending and facts.pending.command, facts.refund_fen, facts.escalated)
        assert shown == model.seen(), (today, exit_date, command)
