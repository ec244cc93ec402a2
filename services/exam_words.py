"""Marks of theory and practice as letters say them, over all the exams that a candidate has sat."""

from __future__ import annotations

from collections.abc import Mapping

from states.case.facts import CaseFacts, Exam, Mark
from states.words import ExamResult

_PARTS = {"theory": "理论知识", "practice": "操作技能"}
_WORDS = {ExamResult.PASSED: "合格", ExamResult.FAILED: "不合格", ExamResult.ABSENT: "缺考"}


def marks_of(exam: Exam) -> str:
    """理论知识78分，操作技能合格; empty where the parts were not marked apart."""
    parts = ((name, getattr(exam, field)) for field, name in _PARTS.items())
    return "，".join(f"{name}{_said(mark)}" for name, mark in parts if mark is not None)


def marks(facts: CaseFacts) -> Mapping[str, str]:
    """The latest mark of each part, as a certificate prints it: a score, or 合格."""
    exams = [*facts.earlier_exams, *([facts.exam] if facts.exam else [])]
    found = {}
    for field in _PARTS:
        given = [mark for exam in exams if (mark := getattr(exam, field)) is not None]
        if given:
            found[field] = _said(given[-1]).removesuffix("分")
    return found


def resit_parts(facts: CaseFacts, pass_mark: int = 60) -> str:
    """The parts that are to be sat again: those that the last exam did not pass; both where it was not marked apart."""
    last = facts.earlier_exams[-1] if facts.earlier_exams else None
    failed = [name for field, name in _PARTS.items() if last is None or not _passed(getattr(last, field), pass_mark)]
    return "、".join(failed or _PARTS.values())


def _passed(mark: Mark | None, pass_mark: int) -> bool:
    return mark is ExamResult.PASSED if isinstance(mark, ExamResult) else mark is not None and mark >= pass_mark


def _said(mark: Mark) -> str:
    return _WORDS[mark] if isinstance(mark, ExamResult) else f"{mark}分"
