"""The supervisor's view: how the season goes, in figures that can be read at a glance and checked beside it."""

from __future__ import annotations

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked
from desk.web.charts import Chart, Said, chart
from desk.web.showing import FATE_NAMES, state_name, yuan
from services.centres import list_centres
from services.supervision import BY_DEFAULT, BY_PERSON, Overview, Plot, overview
from states.words import Role

WATCHING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.FINANCE})
_WORDS = {
    "owed": "应退未退", "paid": "已退", BY_PERSON: "考生答复", BY_DEFAULT: "逾期默认", "continue_exam": "继续考试",
    "request_refund": "退费", "request_conversion": "转认定", "email": "电子邮件", "folder": "信件", "public": "公告",
}  # fmt: skip


def supervision_page(asked: Asked) -> Response:
    """Six charts, each with its table."""
    found = overview(asked.house.database, asked.who, asked.business.date())
    return asked.show("supervision.html.j2", charts=_charts(asked, found))


def _charts(asked: Asked, found: Overview) -> list[Chart]:
    _, centre = asked.words, {one.code: one.short for one in list_centres(asked.house.database)}

    def state(name: str) -> str:
        return _(state_name(name))

    def word(name: str) -> str:
        return _(_WORDS.get(name) or FATE_NAMES.get(name, name))

    def place(code: str) -> str:
        return centre.get(code, code)

    week = Said("weeks", _("每周进入各状态的案件"), _("自周一起，最近十二周"), _("周"), str, state)
    exits = Said("exits", _("今后的退出"), _("尚有期限的案件，按退出日期"), _("退出日期"), str, state)
    money = Said("refunds", _("退费（元）"), _("应退未退和已退，按鉴定中心"), _("鉴定中心"), place, word, yuan)
    fate = Said("letters", _("文书投递"), _("按投递方式和结果"), _("方式"), word, word)
    reply = Said("answers", _("对选择的答复"), _("考生答复的，和逾期按默认处理的"), _("选择"), word, word)
    days = Said(
        "days",
        _("在各状态停留的天数"),
        _("已离开该状态的案件，平均"),
        _("鉴定中心"),
        place,
        state,
        _tenths,
        added=False,
    )
    pairs: tuple[tuple[Said, Plot], ...] = (
        (week, found.weeks),
        (exits, found.exits),
        (money, found.refunds),
        (fate, found.letters),
        (reply, found.answers),
        (days, found.days),
    )
    return [chart(said, *plot) for said, plot in pairs]


def _tenths(value: int) -> str:
    return f"{value / 10:.1f}"


PAGES = (Page("supervision", "/supervision", supervision_page, Reach.CENTRE, WATCHING),)
