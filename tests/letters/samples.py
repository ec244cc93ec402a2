"""One honest letter of every kind, to be changed field by field."""

from __future__ import annotations

from datetime import date
from typing import Any

from letters.kinds import KINDS, document_number
from letters.model import LetterData

CASE = "JD-430100-2020-000017"


def sample(kind: str, **changes: Any) -> LetterData:
    fields: dict[str, Any] = {
        "kind": kind,
        "number": document_number(kind, "长", 2020, 17),
        "clause": KINDS[kind].clause,
        "on": date(2020, 12, 31),
        "case": CASE,
        "centre_code": "430100",
        "centre_name": "长沙市职业技能鉴定中心",
        "centre_address": "长沙市岳麓区金星中路528号",
        "centre_phone": "0731-84907946",
        "centre_hotline": "0731-84907950",
        "name": "张珺",
        "id_number": "430102199003071234",
        "address": "长沙市开福区芙蓉中路一段100号",
        "occupation": "中式烹调师",
        "qualification": "餐饮服务人员",
        "level": 3,
        "exam": "2020-CS-0815",
        "session": "2020年第四批次",
        "paper": "GJTK-2020-03-0417",
        "result": "passed",
        "fee_fen": 28000,
        "refund_fen": 28000,
        "exit_date": date(2020, 9, 30),
        "choice_deadline": date(2020, 10, 30),
        "choice": "request_refund",
        "evidence": "本人签署的意愿选择书",
        "reason": "考生本人申请撤回",
        "certificate_no": "2018000000300017",
        "certificate_issued_on": date(2020, 9, 25),
        "organisation": "湖南省烹饪协会",
        "skill_level_no": "S000043010004203000017",
    }
    if kind == "announcement":
        fields |= {"case": "", "name": "", "id_number": "", "address": ""}
    return LetterData(**(fields | changes))
