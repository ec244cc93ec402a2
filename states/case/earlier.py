"""Facts as the first build stored them, read as they are written now. What is stored stays as it is: the ledger's
hashes are over it.
"""

from __future__ import annotations

from typing import Any

CHOICE = ("origin", "reminded", "escalated")


def brought_up(old: dict[str, Any]) -> dict[str, Any]:
    """The parts that lay flat, in their places; money that was charged counted as received, as it then did."""
    new = dict(old)
    fee, exam = old.get("fee_fen", 0), old.get("exam")
    new["choice"] = {key: old[key] for key in CHOICE if key in old} | _answer(old)
    new["received_fen"] = fee
    if exam is not None:
        new["exam"] = {"site": old.get("centre", ""), "resulted_on": exam["held_on"], **exam}
        new["used_fen"] = fee
    if old.get("refund_fen"):
        new["refund"] = _refund(old)
    return new


def is_earlier(facts: dict[str, Any]) -> bool:
    """Whether facts are in the first build's shape: every case opened since says when it was announced, or imported."""
    flat = {"refund_fen", "choice_deadline", *CHOICE} & set(facts)
    charged = "fee_fen" in facts and "announced_on" not in facts
    return bool(flat) or charged or isinstance(facts.get("choice"), str)


def _answer(old: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"answer": old.get("choice", ""), "evidence": old.get("evidence", "")}
    if deadline := old.get("choice_deadline"):
        found |= {"deadline": deadline, "asked_on": old.get("settled_on", deadline)}
    return found


def _refund(old: dict[str, Any]) -> dict[str, Any]:
    paid = old.get("settled_on") if old.get("state") == "refunded" else None
    return {
        "fen": old["refund_fen"],
        "basis": "chosen" if old.get("choice") else "withdrawn",
        "payee": {"name": (old.get("candidate") or {}).get("name", "")},
        "opened_on": old.get("settled_on"),
        "paid_on": paid,
        "bank_ref": old.get("bank_ref", ""),
        "failure": old.get("refund_failure", ""),
    }
