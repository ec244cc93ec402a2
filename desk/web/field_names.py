"""What the fields of commands are called in the operators' words, with a hint where the name alone is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from states.words import ID_TYPE_NAMES


class FieldName(NamedTuple):
    """A label, a hint, an example."""

    label: str
    hint: str = ""
    example: str = ""


FIELD_NAMES: Mapping[str, FieldName] = {
    "name": FieldName("姓名"),
    "id_type": FieldName("证件类型"),
    "id_number": FieldName("证件号码"),
    "address": FieldName("通信地址", "信件寄往这里；写到门牌号"),
    "phone": FieldName("联系电话"),
    "email": FieldName("电子邮箱", "有邮箱的，文书发到邮箱"),
    "birth": FieldName("出生日期", "证件号码中没有出生日期的才填", "1990-01-31"),
    "occupation": FieldName("职业"),
    "level": FieldName("等级"),
    "centre": FieldName("鉴定中心", "六位代码", "430100"),
    "cohort": FieldName("考生类别", "培养计划学生和企业新型学徒不受退出影响"),
    "plan": FieldName("培养计划"),
    "exam": FieldName("考试公告编号"),
    "exam_on": FieldName("考试日期", "", "2026-12-20"),
    "session": FieldName("考试场次", "", "S-1220-1"),
    "site": FieldName("考点", "考点所在地的六位代码；在本中心考试的可不填", "430102"),
    "fee_fen": FieldName("鉴定费（元）", "免费的填 0", "280"),
    "received_fen": FieldName("已收到（元）", "全部收到的可不填", "280"),
    "payer": FieldName("付款人", "由单位缴费的填单位名称、账号和开户行"),
    "payee": FieldName("收款人", "与付款人不同时才填"),
    "work_years": FieldName("从事本职业年限", "整年数"),
    "held_level": FieldName("已有证书等级"),
    "held_years": FieldName("取得该证书后的年限", "整年数"),
    "diploma": FieldName("学历"),
    "certificate_no": FieldName("证书编号", "职业资格证书为 16 位数字"),
    "issued_on": FieldName("发证日期", "", "2019-06-18"),
    "instrument": FieldName("哪一种证书"),
    "organisation": FieldName("评价机构"),
    "number": FieldName("技能等级证书编号", "字母 Y 或 S 加 21 位"),
    "result": FieldName("成绩"),
    "theory": FieldName("理论成绩", "0 至 100，或合格、不合格"),
    "practice": FieldName("实操成绩", "0 至 100，或合格、不合格"),
    "paper": FieldName("试卷编号", "国家题库抽题记录中的编号"),
    "held_on": FieldName("实际考试日期", "当天考试的可不填", "2026-12-20"),
    "approval": FieldName("异地鉴定批准文号"),
    "requested_on": FieldName("申请复查日期"),
    "bank_ref": FieldName("银行流水号"),
    "amount_fen": FieldName("到账金额（元）", "全部到账的可不填"),
    "choice": FieldName("新的选择"),
    "fee": FieldName("鉴定费的去向"),
    "evidence": FieldName("凭证", "凭证名称和编号，例如 意愿选择书-0001"),
    "reason": FieldName("说明"),
    "candidate": FieldName("考生"),
    "seen_revision": FieldName("所见修订"),
    "revision": FieldName("所见修订"),
}


def field_label(name: str) -> str:
    """The label of a field; its own name for one that has none."""
    return FIELD_NAMES[name].label if name in FIELD_NAMES else name


CHOICE_NAMES: Mapping[str, str] = {
    "none": "社会考生",
    "plan_student": "培养计划学生",
    "new_apprentice": "企业新型学徒",
    "vocational": "职业资格证书",
    "skill_level": "职业技能等级证书",
    "passed": "合格",
    "failed": "不合格",
    "absent": "缺考",
    "refund": "退回考生",
    "transfer": "随材料移交评价机构",
    "continue_exam": "继续参加考试",
    "request_refund": "退回费用",
    "request_conversion": "转职业技能等级认定",
    **{id_type.value: name for id_type, name in ID_TYPE_NAMES.items()},
}


def choice_name(value: str) -> str:
    """One value of a list to choose from, in words."""
    return CHOICE_NAMES.get(value, value)
