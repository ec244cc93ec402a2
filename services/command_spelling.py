"""How people spell the fields of a command: other names, parts given flat, one word for a whole. The left is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.coercion.money import fen
from services.coercion.values import BadValue
from states.reference.eligibility import DIPLOMAS
from states.refusals import InvalidField

_NUMBER = {"certificate_no": "number", "skill_level_no": "number"}
_DAY = {"exam_date": "exam_on", "new_date": "exam_on", "postponed_to": "exam_on", "to": "exam_on", "date": "exam_on"}
_CHOICE = {"to": "choice", "new": "choice", "new_choice": "choice", "answer": "choice"}
_RECEIVED = {"fee_received": "received_fen", "received": "received_fen", "fee_received_fen": "received_fen"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "announce": {"exam_date": "exam_on"},
    "register": {**_RECEIVED, "exam_date": "exam_on", "paid": "received_fen"},
    "resit": {**_RECEIVED, "exam_date": "exam_on", "paid": "received_fen"},
    "receive_fee": {"fee_fen": "amount_fen", "received_fen": "amount_fen", "amount": "amount_fen"},
    "convert": _NUMBER,
    "certify": _NUMBER,
    "change_choice": _CHOICE,
    "postpone": _DAY,
    "hold_exam": {"exam_on": "held_on", "date": "held_on"},
    "transfer_centre": {"to": "centre", "new_centre": "centre", "to_centre": "centre"},
    "import_certificate": {"number": "certificate_no", "exam_held_on": "held_on"},
}
CHOICES: Mapping[str, str] = {
    "continue": "continue_exam",
    "继续考试": "continue_exam",
    "refund": "request_refund",
    "退费": "request_refund",
    "conversion": "request_conversion",
    "convert": "request_conversion",
    "转认定": "request_conversion",
}
RESULTS: Mapping[str, str] = {
    "合格": "passed", "通过": "passed", "pass": "passed", "不合格": "failed", "未通过": "failed", "fail": "failed",
    "缺考": "absent",
}  # fmt: skip
FEES: Mapping[str, str] = {"退费": "refund", "退回": "refund", "移交": "transfer", "随同移交": "transfer"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "choice": CHOICES,
    "result": RESULTS,
    "theory": RESULTS,
    "practice": RESULTS,
    "diploma": {name: key for key, name in DIPLOMAS.items()},
}
# A part given flat: which whole it belongs to, and its name there.
PARTS: Mapping[str, tuple[str, str]] = {
    "plan_organisation": ("plan", "organisation"),
    "plan_name": ("plan", "name"),
    "plan_intake": ("plan", "intake"),
    "intake": ("plan", "intake"),
    "payer_account": ("payer", "account"),
    "payer_bank": ("payer", "bank"),
    "payee_account": ("payee", "account"),
    "payee_bank": ("payee", "bank"),
}
CHARGING = frozenset({"register", "resit"})


def respelled(command: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` by their own names, wholes put together, words in their own spelling. Raises InvalidField."""
    names = FIELDS.get(command, {})
    spelled = {names.get(key, key): value for key, value in fields.items()}
    for key, (whole, part) in PARTS.items():
        if key in spelled:
            spelled[whole] = {**_whole(spelled.get(whole)), part: spelled.pop(key)}
    for person in ("payer", "payee"):
        if isinstance(spelled.get(person), str):
            spelled[person] = {"name": spelled[person]}
    if command in CHARGING:
        spelled = _charged(command, spelled)
    elif "fee" in spelled:
        spelled["fee"] = FEES.get(str(spelled["fee"]), spelled["fee"])
    return {key: _word(key, value) for key, value in spelled.items()}


def _whole(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return dict(given)
    return {"name": given} if given else {}


def _word(key: str, value: Any) -> Any:
    return WORDS[key].get(value.strip(), value) if key in WORDS and isinstance(value, str) else value


def _charged(command: str, spelled: dict[str, Any]) -> dict[str, Any]:
    """`fee` is in yuan; whether the fee was received may be said with yes or no."""
    if "fee" in spelled:
        spelled["fee_fen"] = _fen(command, spelled.pop("fee"))
    received = spelled.get("received_fen")
    if isinstance(received, bool) or (isinstance(received, str) and received in _ALL_OR_NOTHING):
        all_of_it = received is True or (isinstance(received, str) and _ALL_OR_NOTHING[received])
        spelled["received_fen"] = None if all_of_it else 0
    return spelled


_ALL_OR_NOTHING: Mapping[Any, bool] = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def _fen(command: str, yuan: Any) -> int:
    try:
        return fen(yuan)
    except BadValue as bad:
        raise InvalidField(command=command, why=str(bad)) from bad
