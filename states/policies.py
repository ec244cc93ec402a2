"""What an office may set for itself: data, with its defaults and where each term comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

OWN_RULE = "本中心规定"  # the notice sets no term: the office's own, and its letters say so


class Policies(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Policies of one office. Days are calendar days unless they are called working days.

    announced_at_exit: what the exit does to a case only announced. choice_days: days from the exit notice within which
    a candidate is asked to choose. reminders: days before that deadline on which one is sent. choice_default: what an
    unanswered choice becomes after its deadline, if the notice said so (empty: nothing, it is escalated).
    objection_days: working days after a choice within which it may be changed. review_days: days after a result within
    which its review may be applied for. resit_months: months from the exam within which failed parts may be sat again.
    refund_days: working days within which a refund is paid once it is approved. certificate_needs_fee: no certificate
    before the fee that is due was received. hold_stops_exams: a supervisor's hold stops exams too, not certificates
    alone. pass_mark: the score from which a part is passed.
    workday_deadlines: a choice that would end on a day off ends on the next working day (民法典第二百零三条); off, the
    days are calendar days throughout. exceptions: the days that are not as their weekday says, as the database resolves
    them when a command is sent (True: a working day); nobody sets these.
    rest_days: days without a deadline or proposal after which a case's workflow completes.
    post_sides: how the post is printed; duplex leaves backs blank, so that every letter starts on a fresh sheet.
    post_address: addresses on labels, or on cover leaves for windowed envelopes.
    """

    announced_at_exit: Literal["choose", "close"] = "choose"
    choice_days: int = 30
    reminders: tuple[int, ...] = (7, 1)
    choice_default: Literal["", "continue_exam", "request_refund"] = ""
    objection_days: int = 5
    review_days: int = 15
    resit_months: int = 12
    refund_days: int = 15
    certificate_needs_fee: bool = True
    hold_stops_exams: bool = False
    pass_mark: int = 60
    rest_days: int = 7
    undo_minutes: int = 10
    post_sides: Literal["duplex", "simplex"] = "duplex"
    post_address: Literal["label", "window"] = "label"
    workday_deadlines: bool = False
    exceptions: dict[date, bool] = {}

    def __post_init__(self) -> None:
        """Raises ValueError naming the policy that makes no sense."""
        if not 1 <= self.choice_days <= 3650:
            raise ValueError("choice_days must be between 1 and 3650 days")
        if any(days < 0 for days in self.reminders):
            raise ValueError("reminders are days before the deadline, 0 or more")
        if self.rest_days < 0 or self.undo_minutes < 0:
            raise ValueError("rest_days and undo_minutes cannot be negative")
        for term in ("objection_days", "review_days", "resit_months", "refund_days"):
            if not 0 <= getattr(self, term) <= 3650:
                raise ValueError(f"{term} must be between 0 and 3650")
        if not 1 <= self.pass_mark <= 100:
            raise ValueError("pass_mark must be between 1 and 100")


# Where each policy that a letter may name comes from.
SOURCES: Mapping[str, str] = {
    "announced_at_exit": "80号·三：已发布鉴定考试公告或已受理报名的，根据考生意愿",
    "choice_days": OWN_RULE,
    "reminders": OWN_RULE,
    "choice_default": OWN_RULE,
    "objection_days": OWN_RULE,
    "review_days": OWN_RULE,
    "resit_months": OWN_RULE,
    "refund_days": OWN_RULE,
    "certificate_needs_fee": OWN_RULE,
    "hold_stops_exams": "80号·四、44号·五：严禁违规、突击鉴定和发放证书",
    "pass_mark": "国家职业技能标准：理论知识考试和操作技能考核均实行百分制，成绩皆达60分（含）以上者为合格",
}
