"""What the acts of an office, and their fields, are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from states.office.people import SCOPE_NAMES, Scope
from states.reference.centres import COLUMN_NAMES
from states.words import ROLE_NAMES, Role


class Named(NamedTuple):
    """A label, and a hint where the label alone is not enough."""

    label: str
    hint: str = ""


FIELDS: Mapping[str, Named] = {
    "account": Named("人员"),
    "name": Named("姓名"),
    "staff_number": Named("工号"),
    "centres": Named("中心范围", "六位代码，用空格隔开；全部中心写“全部”；暂无留空"),
    "roles": Named("角色", "勾选的就是此后的全部角色"),
    "create_token.name": Named("用途", "例如 财务系统对接"),
    "create_token.centres": Named("中心范围", "六位代码，用空格隔开；与本人相同写“全部”"),
    "scopes": Named("可以做什么"),
    "days": Named("有效天数"),
    "token": Named("令牌编号"),
    "day": Named("日期"),
    "workday": Named("这一天", "高于国务院办公厅公布的安排"),
    "set_holiday.name": Named("名称", "例如 春节、调休上班"),
    "scope": Named("范围"),
    "value": Named("对象", "中心代码、职业名称或案件编号"),
    "code": Named("中心代码", "六位行政区划代码"),
    "successor": Named("接收案件的中心", "未办结案件交给它；没有的留空"),
    "csv": Named("目录附件（CSV）", "职业、等级、批次、退出日期"),
    "totals": Named("合计数（TOML）", "附件必须与之相符"),
    "reason": Named("原因", "记入机构台账"),
    "password": Named("给本人的口令", "由您当面或以别的途径告知；本人首次登录后应修改"),
    "change_password.password": Named("现在的口令"),
    "new_password": Named("新口令"),
}

POLICIES: Mapping[str, Named] = {
    "announced_at_exit": Named("已公告未受理的案件遇退出"),
    "choice_days": Named("选择期限（天）", "自退出告知之日起"),
    "reminders": Named("提前几天提醒", "以逗号隔开"),
    "choice_default": Named("逾期未选择的处理", "须事先在告知中写明"),
    "objection_days": Named("选择后可更改的工作日数"),
    "review_days": Named("成绩复查申请期限（天）"),
    "resit_months": Named("补考期限（月）"),
    "refund_days": Named("退费办结工作日数"),
    "certificate_needs_fee": Named("费用到账后方可发证"),
    "hold_stops_exams": Named("暂缓发证时同时停考"),
    "pass_mark": Named("合格分数线"),
    "rest_days": Named("案件无事多少天后归档流程"),
    "undo_minutes": Named("文书投递前可撤回的分钟数"),
    "post_sides": Named("信件印刷"),
    "post_address": Named("信封"),
    "workday_deadlines": Named("期限末日遇休息日顺延", "民法典第二百零三条"),
    "second_factor": Named("须用动态码的角色", "reviewer、finance、administrator，以逗号隔开"),
    "idle_minutes": Named("多少分钟不用即退出登录"),
    "absolute_hours": Named("登录最长小时数"),
    "fresh_minutes": Named("输入口令后多少分钟内可办发证、资金和管理"),
    "token_days": Named("服务令牌最长天数"),
}

CHOICES: Mapping[str, str] = {
    "centre": "中心", "occupation": "职业", "case": "案件", "true": "上班", "false": "休息", "choose": "请考生选择",
    "close": "关闭", "": "由督导处置", "continue_exam": "继续考试", "request_refund": "退费", "duplex": "双面",
    "simplex": "单面", "label": "地址标签", "window": "开窗信封",
}  # fmt: skip
YES_NO: Mapping[str, str] = {"true": "是", "false": "否"}

_OTHER: Mapping[str, str] = {
    "state": "状态", "hold": "暂缓原因", "second_factor": "动态码", "altered": "登记被改动", "closed_on": "关闭日期",
    "until": "有效期至", "revoked": "已撤销", "sessions": "登录", "occupations": "职业数", "kept": "保留的职业",
    "status": "处理", "proposal": "事项编号", "act": "事项", "organisation_kind": "评价机构类型",
    "organisation_code": "评价机构代码", "to": "新的退出日期", "address": "地址", "client": "设备",
}  # fmt: skip
_ROLES: Mapping[str, str] = {role.value: name for role, name in ROLE_NAMES.items()}
_SCOPES: Mapping[str, str] = {scope.value: name for scope, name in SCOPE_NAMES.items()}


def named(act: str, field: str) -> Named:
    """What a field of an act is called; its own name for one that has none yet."""
    return FIELDS.get(f"{act}.{field}") or FIELDS.get(field) or POLICIES.get(field) or Named(label_of(field))


def label_of(field: str) -> str:
    """What a field of the office's ledger is called."""
    if field in POLICIES:
        return POLICIES[field].label
    return COLUMN_NAMES.get(field) or _OTHER.get(field) or (FIELDS[field].label if field in FIELDS else field)


def said(value: Any, field: str = "") -> str:
    """A value of the office's ledger in words."""
    if value is None:
        return "全部" if field == "centres" else "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(said(one) for one in value) or "—"
    if isinstance(value, Mapping):
        return "；".join(f"{label_of(name)} {said(part, name)}" for name, part in value.items())
    text = str(value)
    return _ROLES.get(text) or _SCOPES.get(text) or (CHOICES.get(text, text) if field in POLICIES else text) or "—"


class Difference(NamedTuple):
    """One field before and after."""

    label: str
    old: str
    new: str


def differences(old: Any, new: Any) -> list[Difference]:
    """What an act changed, field by field; what stayed as it was is left out."""
    before, after = (one if isinstance(one, Mapping) else {} for one in (old, new))
    names = [*before, *(name for name in after if name not in before)]
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [Difference(label_of(name), said(was, name), said(now, name)) for name, was, now in pairs if was != now]


def role_choices() -> tuple[tuple[str, str], ...]:
    """The roles that a person can be given."""
    return tuple((role.value, ROLE_NAMES[role]) for role in Role if role is not Role.CALENDAR)


def scope_choices() -> tuple[tuple[str, str], ...]:
    """What a service token can be made for."""
    return tuple((scope.value, SCOPE_NAMES[scope]) for scope in Scope)
