"""Administration: people, centres, policies, working days, holds on issuing; each with the acts that change it."""

from __future__ import annotations

from typing import Any, NamedTuple

from starlette.responses import Response

from desk.web.access import ADMINISTRATORS, Page, Reach, admitted
from desk.web.act_words import Named, label_of, named, said
from desk.web.asked import Asked, NotThere
from desk.web.pages.acts import offered
from services.acts import pending
from services.centres import list_centres
from services.days_off import days_off
from services.holds import holds_within
from services.people import list_people
from services.policies import in_force
from services.service_tokens import list_tokens
from states.office.acts import ACTS
from states.office.people import ACCOUNT_STATE_NAMES
from states.policies import OWN_RULE, SOURCES
from states.words import Role

HOLDERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
LINKS: tuple[tuple[str, str, str], ...] = (
    ("office_pending", "待复核的机构事项", "两人办理的管理事项，在这里批准或退回"),
    ("people", "人员", "登记、角色、中心范围、锁定、离职、口令"),
    ("centres", "鉴定中心", "登记、变更、关闭"),
    ("policies", "政策和登录规定", "期限、提醒、默认处理、谁须用动态码"),
    ("calendar", "工作日历", "高于公布安排的休息日和上班日"),
    ("holds", "暂缓发证", "按中心、职业或案件暂缓（80号·四）"),
)


class InForce(NamedTuple):
    """One policy: what it is called, its value, and where it comes from."""

    name: str
    named: Named
    value: str
    source: str


def office_page(asked: Asked) -> Response:
    """What there is to administer, and how much of it waits."""
    open_here = {page.name for page in asked.house.pages if admitted(page, asked.who)}
    links = [link for link in LINKS if link[0] in open_here]
    return asked.show("office.html.j2", links=links, waiting=len(pending(asked.house.register, asked.who)))


def people_page(asked: Asked) -> Response:
    """Everybody on the register."""
    return _register(asked, "people", people=list_people(asked.house.register), state_names=ACCOUNT_STATE_NAMES)


def person_page(asked: Asked) -> Response:
    """One person, with what may be done about them; their service tokens."""
    every = list_people(asked.house.register)
    person = next((one for one in every if one.id == asked.path["account"]), None)
    if person is None:
        raise NotThere
    tokens = [one for one in list_tokens(asked.house.register) if one.account_id == person.id]
    return _register(asked, "person", "people", person=person, tokens=tokens, state_names=ACCOUNT_STATE_NAMES)


def centres_page(asked: Asked) -> Response:
    """Every centre, closed ones too."""
    return _register(asked, "centres", centres=list_centres(asked.house.database))


def policies_page(asked: Asked) -> Response:
    """What is in force, and where each of it comes from."""
    found = in_force(asked.house.database)
    lines = [
        InForce(name, named("", name), said(value, name), SOURCES.get(name, OWN_RULE)) for name, value in found.items()
    ]
    return _register(asked, "policies", lines=lines)


def calendar_page(asked: Asked) -> Response:
    """The days that the office has said something of."""
    return _register(asked, "calendar", days=days_off(asked.house.database))


def holds_page(asked: Asked) -> Response:
    """The holds on issuing within reach."""
    return _register(asked, "holds", holds=holds_within(asked.house.database, asked.who))


def _register(asked: Asked, page: str, section: str = "", **shown: Any) -> Response:
    query = asked.query
    told = {name: ACTS[query[name]].title if query.get(name) in ACTS else "" for name in ("done", "waiting")}
    acts = offered(asked.who, section or page)
    return asked.show(
        f"{page}.html.j2", acts=acts, may={name for name, _ in acts}, told=told, label_of=label_of, **shown
    )


PAGES = (
    Page("office", "/office", office_page, Reach.CENTRE, HOLDERS),
    Page("people", "/office/people", people_page, Reach.OFFICE, ADMINISTRATORS),
    Page("person", "/office/people/{account}", person_page, Reach.OFFICE, ADMINISTRATORS),
    Page("centres", "/office/centres", centres_page, Reach.OFFICE, ADMINISTRATORS),
    Page("policies", "/office/policies", policies_page, Reach.OFFICE, HOLDERS),
    Page("calendar", "/office/calendar", calendar_page, Reach.OFFICE, ADMINISTRATORS),
    Page("holds", "/office/holds", holds_page, Reach.CENTRE, HOLDERS),
)
