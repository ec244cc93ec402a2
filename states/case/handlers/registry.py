"""Which function handles which command. What is not here (approve, decline, follow_calendar) the judge itself does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.handlers import certificates, changes, choices, exams, money, opening, registration
from states.case.handlers.arranging import postpone

Handler = Callable[[CaseFacts, Any, Context, date], CaseFacts]

HANDLERS: Mapping[type[c.Command], Handler] = {
    c.Announce: opening.announce,
    c.ImportCertificate: opening.import_certificate,
    c.Register: registration.register,
    c.Reject: registration.reject,
    c.Withdraw: registration.withdraw,
    c.LeavePlan: registration.leave_plan,
    c.Decease: registration.decease,
    c.Postpone: postpone,
    c.ContinueExam: choices.continue_exam,
    c.RequestRefund: choices.request_refund,
    c.RequestConversion: choices.request_conversion,
    c.ChangeChoice: choices.change_choice,
    c.Reinstate: choices.reinstate,
    c.HoldExam: exams.hold_exam,
    c.Grade: exams.grade,
    c.Regrade: exams.regrade,
    c.Resit: exams.resit,
    c.ReceiveFee: money.receive_fee,
    c.SettleRefund: money.settle_refund,
    c.FailRefund: money.fail_refund,
    c.Certify: certificates.certify,
    c.Convert: certificates.convert,
    c.ReportLoss: certificates.report_loss,
    c.Exchange: certificates.exchange,
    c.Revoke: certificates.revoke,
    c.Correct: changes.correct,
    c.TransferCentre: changes.transfer_centre,
}
