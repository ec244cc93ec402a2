"""Fields with a few possible values, and every word that people use for each of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from services.coercion.values import BadValue, code, text
from states.reference.eligibility import DIPLOMAS
from states.reference.email import is_email
from states.words import ID_TYPE_NAMES, Cohort, ExamResult, IdType, Instrument

T = TypeVar("T")
_BEST = 100
_DIPLOMAS: Mapping[str, str] = {name: key for key, name in DIPLOMAS.items()} | {key: key for key in DIPLOMAS}

COHORTS: Mapping[str, Cohort] = {
    **{cohort.value: cohort for cohort in Cohort},
    "": Cohort.NONE,
    "无": Cohort.NONE,
    "社会考生": Cohort.NONE,
    "社会人员": Cohort.NONE,
    "培养计划学生": Cohort.PLAN_STUDENT,
    "student": Cohort.PLAN_STUDENT,
    "企业新型学徒": Cohort.NEW_APPRENTICE,
    "新型学徒": Cohort.NEW_APPRENTICE,
    "apprentice": Cohort.NEW_APPRENTICE,
    "new_type_apprentice": Cohort.NEW_APPRENTICE,
}
RESULTS: Mapping[str, ExamResult] = {
    **{result.value: result for result in ExamResult},
    "合格": ExamResult.PASSED,
    "通过": ExamResult.PASSED,
    "及格": ExamResult.PASSED,
    "不合格": ExamResult.FAILED,
    "未通过": ExamResult.FAILED,
    "不及格": ExamResult.FAILED,
    "缺考": ExamResult.ABSENT,
    "未参加": ExamResult.ABSENT,
}
INSTRUMENTS: Mapping[str, Instrument] = {
    **{instrument.value: instrument for instrument in Instrument},
    "": Instrument.VOCATIONAL,
    "职业资格证书": Instrument.VOCATIONAL,
    "职业技能等级证书": Instrument.SKILL_LEVEL,
    "技能等级证书": Instrument.SKILL_LEVEL,
}
ID_TYPES: Mapping[str, IdType] = {
    **{id_type.value: id_type for id_type in IdType},
    **{name: id_type for id_type, name in ID_TYPE_NAMES.items()},
    "身份证": IdType.RESIDENT_ID,
    "二代身份证": IdType.RESIDENT_ID,
    "港澳台居住证": IdType.RESIDENCE_PERMIT,
    "居住证": IdType.RESIDENCE_PERMIT,
    "外国人永久居留证": IdType.FOREIGN_PERMANENT,
    "永久居留身份证": IdType.FOREIGN_PERMANENT,
    "外国护照": IdType.PASSPORT,
    "中国护照": IdType.PASSPORT,
    "港澳通行证": IdType.HONG_KONG_MACAO_PERMIT,
    "回乡证": IdType.HONG_KONG_MACAO_PERMIT,
    "港澳居民通行证": IdType.HONG_KONG_MACAO_PERMIT,
    "台胞证": IdType.TAIWAN_PERMIT,
    "台湾通行证": IdType.TAIWAN_PERMIT,
}


def cohort(value: Any) -> Cohort:
    """Whom the exit never interrupts, or 社会考生."""
    return _of(COHORTS, value, "考生类别", "社会考生、培养计划学生或新型学徒")


def result(value: Any) -> ExamResult:
    """How the exam ended."""
    return _of(RESULTS, value, "成绩", "合格、不合格或缺考")


def mark(value: Any) -> int | ExamResult:
    """How one part of an exam went: a score from 0 to 100, or passed or failed."""
    written = code(value)
    if written.isascii() and written.isdigit() and int(written) <= _BEST:
        return int(written)
    if RESULTS.get(written) in (ExamResult.PASSED, ExamResult.FAILED):
        return RESULTS[written]
    raise BadValue(f"成绩“{text(value)}”应写作0至{_BEST}的整数，或合格、不合格")


def diploma(value: Any) -> str:
    """The diploma of a school, as the conditions name it."""
    return _of(_DIPLOMAS, value, "学历证明", "、".join(DIPLOMAS.values()))


def instrument(value: Any) -> Instrument:
    """Which certificate; empty is the vocational one."""
    return _of(INSTRUMENTS, value, "证书种类", "职业资格证书或职业技能等级证书")


def id_type(value: Any) -> IdType:
    """Which document a candidate is known by."""
    return _of(ID_TYPES, value, "证件类型", "、".join(ID_TYPE_NAMES.values()))


def email(value: Any) -> str:
    """An address that a mail server can be given."""
    found = unicodedata.normalize("NFKC", text(value))
    if not is_email(found):
        raise BadValue(f"电子邮箱“{text(value)}”应写作 name@example.org；没有的写 无")
    return found


def _of(known: Mapping[str, T], value: Any, what: str, expected: str) -> T:
    found = known.get(code(value))
    if found is None:
        raise BadValue(f"{what}“{text(value)}”应写作{expected}")
    return found
