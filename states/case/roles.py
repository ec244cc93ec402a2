"""Who may send what (design §1 and §3), and which commands need a second person."""

from __future__ import annotations

from collections.abc import Mapping

from states.words import ROLE_NAMES, Role

_CLERK = (Role.CLERK,)
_REVIEWER = (Role.REVIEWER,)
_FINANCE = (Role.FINANCE,)

SENDERS: Mapping[str, tuple[Role, ...]] = {
    "announce": _CLERK,
    "register": _CLERK,
    "import_certificate": _CLERK,
    "withdraw": _CLERK,
    "continue_exam": _CLERK,
    "request_refund": _CLERK,
    "request_conversion": _CLERK,
    "hold_exam": _CLERK,
    "certify": _CLERK,
    "convert": _CLERK,
    "report_loss": _CLERK,
    "correct": _CLERK,
    "settle_refund": _FINANCE,
    "fail_refund": _FINANCE,
    "approve": _REVIEWER,
    "decline": _REVIEWER,
    "follow_calendar": (Role.CALENDAR, Role.ADMINISTRATOR),
}

CHOICES = frozenset({"withdraw", "request_refund"})  # proposals that are the candidate's answer


def allowed(command: str) -> str:
    """The roles that may send `command`, in Chinese, for a refusal."""
    return "、".join(ROLE_NAMES[role] for role in SENDERS[command])
