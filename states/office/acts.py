"""The table of acts: everything that an office's people may do apart from cases, who may, and under what care.

An act without a row, or a row without an act, fails when this is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from states.office.commands import OFFICE_COMMANDS
from states.office.people import STAFF_ROLES, Scope
from states.words import Role

_ALL = tuple(STAFF_ROLES)
_ADMIN = (Role.ADMINISTRATOR,)
_CLERK = (Role.CLERK,)
_SUPERVISOR = (Role.SUPERVISOR,)
_RUNNERS = (Role.CLERK, Role.REVIEWER, Role.FINANCE)


class Reach(StrEnum):
    """Whom an act concerns: the whole `office` (only for those who reach every centre), `centre`s, no centre in
    particular (`any`), or one's `own`.
    """

    OFFICE = "office"
    CENTRE = "centre"
    ANY = "any"
    OWN = "own"


class Act(NamedTuple):
    """One act. `title` in Chinese; `two`: the roles of the second person, none where one person is enough.

    A second person is asked for as soon as there is another account that could be it. `fresh`: the password was given
    just now. `scope`: what a service token must be made for; none that is `fresh` is open to tokens.
    """

    title: str
    roles: tuple[Role, ...]
    reach: Reach = Reach.OFFICE
    two: tuple[Role, ...] = ()
    fresh: bool = False
    scope: Scope = Scope.OFFICE


ACTS: Mapping[str, Act] = {
    "add_operator": Act("添加人员", _ADMIN, fresh=True),
    "give_roles": Act("授予角色", _ADMIN, two=_ADMIN, fresh=True),
    "set_centres": Act("设定人员的中心范围", _ADMIN, two=_ADMIN, fresh=True),
    "lock_operator": Act("锁定人员", _ADMIN, fresh=True),
    "unlock_operator": Act("解锁人员", _ADMIN, fresh=True),
    "leave_operator": Act("登记人员离职", _ADMIN, fresh=True),
    "reset_operator": Act("重置人员口令", _ADMIN, two=_ADMIN, fresh=True),
    "change_password": Act("修改本人口令", _ALL, Reach.OWN, fresh=True),
    "enrol_second_factor": Act("设置本人动态码", _ALL, Reach.OWN, fresh=True),
    "create_token": Act("签发本人的服务令牌", _ALL, Reach.OWN, fresh=True),
    "revoke_token": Act("撤销服务令牌", _ALL, Reach.OWN),
    "end_sessions": Act("结束人员的全部登录", _ADMIN, fresh=True),
    "set_sign_in": Act("修改登录规定", _ADMIN, two=_ADMIN, fresh=True),
    "set_policies": Act("修改政策", _ADMIN, two=(Role.ADMINISTRATOR, Role.SUPERVISOR), fresh=True),
    "set_holiday": Act("录入工作日历", _ADMIN),
    "clear_holiday": Act("删除工作日历录入", _ADMIN),
    "load_catalog": Act("启用目录附件", _ADMIN, two=(Role.ADMINISTRATOR, Role.SUPERVISOR), fresh=True),
    "load_standing": Act("录入目录外职业", _ADMIN, two=(Role.ADMINISTRATOR, Role.SUPERVISOR), fresh=True),
    "redate": Act("改动退出日期", _ADMIN, two=(Role.ADMINISTRATOR, Role.SUPERVISOR), fresh=True),
    "place_hold": Act("暂缓发证", _SUPERVISOR, Reach.CENTRE),
    "release_hold": Act("解除暂缓发证", _SUPERVISOR, Reach.CENTRE, two=_SUPERVISOR, fresh=True),
    "add_centre": Act("添加鉴定中心", _ADMIN, two=_ADMIN, fresh=True),
    "change_centre": Act("变更鉴定中心", _ADMIN, two=_ADMIN, fresh=True),
    "close_centre": Act("关闭鉴定中心", _ADMIN, two=_ADMIN, fresh=True),
    "withhold_letter": Act("撤回文书", (*_CLERK, Role.REVIEWER), Reach.CENTRE, scope=Scope.POST),
    "retry_letters": Act("重发文书", _CLERK, Reach.CENTRE, scope=Scope.POST),
    "mark_returned": Act("登记退信", _CLERK, Reach.CENTRE, scope=Scope.POST),
    "print_post": Act("打印当日邮件", _CLERK, Reach.CENTRE, scope=Scope.POST),
    "begin_run": Act("登记批次", _RUNNERS, Reach.CENTRE, scope=Scope.ROSTERS),
    "move_run": Act("暂停、继续或取消批次", (*_RUNNERS, Role.ADMINISTRATOR), Reach.CENTRE, scope=Scope.ROSTERS),
    "add_draws": Act("登记题库抽取", _CLERK, Reach.ANY, scope=Scope.ROSTERS),
    "add_session": Act("登记考试场次", _CLERK, Reach.CENTRE, scope=Scope.ROSTERS),
    "export": Act("导出", (*_CLERK, Role.SUPERVISOR, Role.FINANCE, Role.ADMINISTRATOR), Reach.CENTRE, scope=Scope.READ),
    "unmask": Act("查看完整个人信息", _ALL, Reach.CENTRE),
    "rotate_key": Act("更换密钥", _ADMIN, fresh=True),
    "retire_key": Act("停用密钥", _ADMIN, two=_ADMIN, fresh=True),
    "sign_in": Act("登录", _ALL, Reach.OWN),
    "sign_in_failed": Act("登录失败", _ALL, Reach.OWN),
    "sign_out": Act("退出登录", _ALL, Reach.OWN),
    "reauthenticate": Act("重新验证身份", _ALL, Reach.OWN),
    "initialise": Act("初始化人员登记", _ALL, Reach.OWN),
    "decide_proposal": Act("退回或撤回机构事项", _ALL, Reach.OWN),
}

EVENTS = frozenset({"sign_in", "sign_in_failed", "sign_out", "reauthenticate", "initialise", "decide_proposal"})
"""What is only written down, because signing in itself does it: nobody sends these."""

if set(ACTS) != set(OFFICE_COMMANDS):
    raise AssertionError(f"acts without a row, or rows without an act: {sorted(set(ACTS) ^ set(OFFICE_COMMANDS))}")
