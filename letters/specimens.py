"""One specimen of every kind of letter on every occasion, for the gallery and the tests. Persons are made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from letters.grounds import GROUNDS, clause_for
from letters.kinds import document_number
from letters.model import KIND_OF_DATA, AuditRecord, LetterData, Offer

CASE = "4301002020000017"
_MARKS = "理论知识78分，操作技能82分"
_PLAN = "中式烹调专业高级工培养计划"
_EVERY: dict[str, Any] = {
    "on": date(2020, 10, 12),
    "case": CASE,
    "centre_code": "430100",
    "centre_name": "长沙市职业技能鉴定中心",
    "centre_address": "长沙市岳麓区金星中路528号",
    "centre_phone": "0731-84907946",
    "centre_hotline": "0731-84907950",
    "name": "张珺",
    "id_number": "430102199003071234",
    "occupation": "中式烹调师",
    "level": 3,
    "exam": "2020-CS-0815",
    "exit_date": date(2020, 9, 30),
    "session": "2020年第四批次上午场",
    "site": "长沙商贸旅游职业技术学院实训楼二楼",
    "paper": "GJTK-2020-03-0417",
    "exam_on": date(2020, 11, 14),
    "held_on": date(2020, 9, 26),
    "fee_fen": 28000,
    "refund_fen": 28000,
    "choice_deadline": date(2020, 10, 30),
    "objection_until": date(2020, 10, 19),
    "review_until": date(2020, 10, 27),
    "until": date(2020, 11, 3),
    "certificate_no": "2018000000300017",
    "issued_on": date(2020, 9, 28),
    "instrument": "vocational",
    "organisation": "",
    "plan": "",
    "reason": "",
}
# What differs on an occasion; "kind/occasion/variant" for the same occasion once more.
_OCCASIONS: Mapping[str, Mapping[str, Any]] = {
    "announcement/published": {
        "on": date(2020, 8, 3), "case": "", "closes_on": date(2020, 8, 28), "exam_on": date(2020, 9, 26),
        "offers": (
            Offer("中式烹调师", 5, 18000, date(2020, 9, 30)),
            Offer("中式烹调师", 3, 28000, date(2020, 9, 30)),
            Offer("电工", 4, None, date(2020, 12, 31)),
            Offer("保安员", 5, 15000, None),
        ),
    },
    "announcement/published/amended": {
        "on": date(2020, 8, 5), "case": "", "amends": "长鉴公〔2020〕16号", "exam_on": None,
        "offers": (Offer("电工", 4, None, date(2020, 12, 31)),),
    },
    "registration_receipt/accepted": {"on": date(2020, 8, 10), "check": "declared", "received_fen": 28000},
    "registration_receipt/accepted/papers": {
        "on": date(2020, 8, 10), "check": "papers", "checked": "工作年限证明、四级职业资格证书原件", "fee_fen": 28000,
    },
    "registration_receipt/plan": {
        "on": date(2020, 8, 10), "check": "plan", "fee_fen": 0,
        "plan": f"长沙商贸旅游职业技术学院“{_PLAN}”，2018年9月入学",
    },
    "registration_receipt/continued": {"check": "declared", "received_fen": 28000},
    "registration_receipt/resit": {
        "on": date(2020, 9, 28), "parts": "操作技能", "fee_fen": 14000, "exit_date": date(2020, 12, 31),
    },
    "registration_receipt/resit_after_exit": {"parts": "操作技能", "fee_fen": 14000, "received_fen": 10000},
    "admission_ticket/exam": {"exit_date": None, "parts": "理论知识、操作技能"},
    "admission_ticket/resit": {"parts": "操作技能"},
    "exam_arrangement/plan": {
        "plan": _PLAN, "organisation": "长沙商贸旅游职业技术学院", "intake": date(2018, 9, 1),
        "exam_on": date(2021, 5, 15),
    },
    "exit_notice/registered": {"on": date(2020, 9, 30), "exam_on": date(2020, 11, 14)},
    "exit_notice/registered/unpaid": {"on": date(2020, 9, 30), "fee_fen": 0, "exam_on": None},
    "exit_notice/announced": {"on": date(2020, 9, 30), "fee_fen": 0, "registered": False},
    "exit_notice/plan_left": {"on": date(2020, 10, 9)},
    "choice_reminder/registered": {"on": date(2020, 10, 23)},
    "choice_reminder/announced": {"on": date(2020, 10, 29), "default": "continue_exam"},
    "choice_confirmation/continue_exam": {"choice": "continue_exam", "evidence": "本人10月12日签署的意愿选择书"},
    "choice_confirmation/request_refund": {"choice": "request_refund", "evidence": "本人10月12日签署的意愿选择书"},
    "choice_confirmation/request_refund/changed": {
        "choice": "request_refund", "was": "continue_exam", "evidence": "本人10月15日书面说明",
        "on": date(2020, 10, 15),
    },
    "choice_confirmation/request_conversion": {
        "choice": "request_conversion", "evidence": "本人签署的意愿选择书", "organisation": "长沙市烹饪行业协会",
        "fee": "refund",
    },
    "choice_confirmation/request_conversion/transfer": {
        "choice": "request_conversion", "evidence": "本人签署的意愿选择书", "organisation": "长沙市烹饪行业协会",
        "fee": "transfer", "consent": "意愿选择书第三项",
    },
    "choice_confirmation/default": {"choice": "continue_exam", "on": date(2020, 10, 31)},
    "reinstatement_notice/choosing": {"exit_date": date(2020, 12, 31)},
    "reinstatement_notice/closed": {"exit_date": date(2020, 12, 31), "was_registered": False, "fee_fen": 0},
    "reinstatement_notice/returned": {"exit_date": None, "was_registered": False, "fee_fen": 0},
    "postponement_notice/postponed": {"was_on": date(2020, 10, 17), "reason": "疫情防控需要"},
    "postponement_notice/announced": {"was_on": None, "on": date(2020, 9, 1)},
    "postponement_notice/choosing": {"was_on": date(2020, 10, 17), "reason": "考点临时封闭"},
    "refund_notice/choice": {"payee": "张珺", "account": "尾号4417"},
    "refund_notice/withdrawn": {},
    "refund_notice/conversion": {"payee": "湖南湘味餐饮集团有限公司", "account": "尾号0098"},
    "refund_notice/default": {},
    "refund_notice/deceased": {"payee": "张珺的继承人"},
    "exam_result/passed": {"parts": _MARKS, "result": "passed", "on": date(2020, 9, 28)},
    "exam_result/passed_after_exit": {"parts": _MARKS, "result": "passed"},
    "exam_result/failed": {
        "result": "failed", "parts": "理论知识78分，操作技能51分", "resit_until": date(2021, 9, 26),
    },
    "exam_result/failed/exited": {"result": "failed", "parts": ""},
    "exam_result/absent": {"result": "absent", "parts": "", "exit_date": None, "review_until": None},
    "exam_result/regraded": {"parts": _MARKS, "result": "passed", "was": "failed"},
    "exam_result/after_refund": {"parts": _MARKS, "result": "passed"},
    "certificate_collection/in_catalog": {"exit_date": None},
    "certificate_collection/after_exit": {"issued_on": date(2020, 10, 12)},
    "certificate_collection/continued": {"issued_on": date(2020, 12, 1), "on": date(2020, 12, 1)},
    "certificate_collection/plan": {"plan": f"长沙商贸旅游职业技术学院“{_PLAN}”", "issued_on": date(2021, 6, 1)},
    "certificate_collection/plan/skill_level": {
        "instrument": "skill_level", "certificate_no": "S000043010004213000017", "organisation": "湖南省烹饪协会",
    },
    "certificate/issued": {"sex": "女", "born": date(1990, 3, 7), "theory": "78", "practice": "82"},
    "certificate/reissued": {"sex": "女", "born": date(1990, 3, 7)},
    "certificate/exchanged": {"sex": "女", "born": date(1990, 3, 7)},
    "conversion_notice/requested": {
        "certificate_no": "", "issued_on": None, "fee": "refund", "organisation": "湖南省烹饪协会",
    },
    "conversion_notice/requested/transfer": {
        "certificate_no": "", "issued_on": None, "fee": "transfer", "consent": "意愿选择书第三项",
        "organisation": "湖南省烹饪协会",
    },
    "conversion_notice/done": {
        "organisation": "湖南省烹饪协会", "skill_level_no": "S000043010004203000017", "issued_on": date(2020, 12, 1),
        "on": date(2020, 12, 3),
    },
    "reissue_notice/vocational": {"exit_date": None},
    "reissue_notice/skill_level": {
        "instrument": "skill_level", "certificate_no": "S000043010004203000017", "organisation": "湖南省烹饪协会",
    },
    "exchange_notice/error": {"changes": ("姓名：原载“张君”，应为“张珺”",)},
    "exchange_notice/identity": {
        "changes": ("姓名：原载“张珺”，现为“张若珺”", "证件号码：原载430***********1243，现为430***********1234"),
    },
    "revocation_notice/revoked": {"reason": "经核查，考试当日本人未到考，成绩系他人代考取得"},
    "certificate_information_letter/before_exit": {},
    "certificate_information_letter/after_exit": {"issued_on": date(2020, 10, 12), "on": date(2020, 12, 1)},
    "rejection_notice/conditions": {
        "asked": "鉴定考试报名", "exit_date": None,
        "unmet": (
            "申报三级/高级工需取得本职业四级职业资格证书后累计从事本职业工作5年以上，您申报的为2年。",
            "未提交本职业四级/中级工职业资格证书。",
        ),
    },
    "closure_notice/exit": {"fee_fen": 0, "on": date(2020, 9, 30)},
    "closure_notice/withdrawn": {"fee_fen": 0, "on": date(2020, 9, 1)},
    "closure_notice/choice": {"fee_fen": 0},
    "closure_notice/default": {"fee_fen": 0},
    "closure_notice/deceased": {"fee_fen": 0},
    "data_audit_form/period": {
        "case": "", "first_day": date(2020, 10, 1), "last_day": date(2020, 10, 10), "count": 2,
        "records": (
            AuditRecord("张珺", "430102199003071234", "中式烹调师", 3, "2018000000300017", date(2020, 10, 9)),
            AuditRecord("李𬱖", "430102199103071233", "中式面点师", 4, "2018000000400018", date(2020, 10, 9)),
        ),
    },
}  # fmt: skip


def specimen(name: str, /, **changes: Any) -> LetterData:
    """The specimen called `kind/occasion` or `kind/occasion/variant`, with some fields changed."""
    kind, occasion = name.split("/")[:2]
    made: dict[str, Any] = {
        **_EVERY,
        **_OCCASIONS[name],
        "number": document_number(kind, "长", 2020, 17),
        "occasion": occasion,
        "clause": clause_for(kind, occasion),
        **changes,
    }
    wanted = KIND_OF_DATA[kind]
    return wanted(**{field: made[field] for field in wanted.__struct_fields__ if field in made})


def names() -> list[str]:
    """The names of all specimens, in the order of the table of grounds; every occasion has at least one."""
    order = [[kind, occasion] for kind, occasions in GROUNDS.items() for occasion in occasions]
    return sorted(_OCCASIONS, key=lambda name: order.index(name.split("/")[:2]))
