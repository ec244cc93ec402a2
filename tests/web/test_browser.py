"""Every page in a real browser: no axe violation in either language, light and dark, wide and narrow; screenshots.

The pages are those of the route table: a new one is looked at without anybody adding it here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import uvicorn
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from desk.web import access
from desk.web.app import console
from desk.web.house import House
from desk.web.route_table import PAGES
from records.people import accounts
from records.people.terms import put_sign_in_policies
from services import passwords
from services.acts import Waiting, perform
from services.people import find_person, initialise, instant, new_account, open_register
from services.place import database_to_write, live_place
from settings import Settings
from states.office.commands import PlaceHold, SetHoliday, SetPolicies
from states.office.people import STAFF_ROLES, Actor, SignInPolicies
from states.words import Role
from tests.caseload import announce, draw_papers, register
from tests.web.conftest import NOW, PASSWORD

SCREENSHOTS = Path(__file__).parents[2] / "shots"
LANGUAGES = ("zh", "en")
LOOKS = ((1440, "light"), (390, "dark"))
FOR_A_BROWSER = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
]  # fmt: skip
EVERYTHING = "全能甲"


class Served(NamedTuple):
    """A console that answers, and what its pages are about."""

    url: str
    samples: dict[str, str]


def _now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        house = _house(tmp_path_factory.mktemp("console"))
        samples = _season(house)
        server = uvicorn.Server(uvicorn.Config(console(house), port=0, log_level="error", access_log=False))
        ready = threading.Event()
        server.config.callback_notify = None
        started = server.startup

        async def startup(sockets: object = None) -> None:
            await started(sockets=sockets)  # type: ignore[arg-type]
            ready.set()

        server.startup = startup  # type: ignore[method-assign, assignment]
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert ready.wait(30)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", samples)
        server.should_exit = True
        thread.join(10)


def _house(folder: Path) -> House:
    settings = Settings(data_dir=folder / "data")
    place = live_place(settings, "127.0.0.1:1")
    database = database_to_write(place)
    initialise(settings, database, name="管理甲", password=PASSWORD, now=NOW)
    key = open_register(settings, database).key
    with database.writing() as connection:
        put_sign_in_policies(connection, key, SignInPolicies(second_factor=()))
        id_ = new_account(connection, key, name=EVERYTHING, staff_number="82", password=PASSWORD, by="管理甲", now=NOW)
        accounts.set_roles(connection, key, id_, STAFF_ROLES, by="管理甲", at=instant(NOW))
        accounts.set_centres(connection, key, id_, None, by="管理甲", at=instant(NOW))
    return House(settings, place, database, clock=_now)


def _season(house: House) -> dict[str, str]:
    """Some cases, a hold, a day off, a proposal; what stands for each part of an address."""
    draw_papers(house.database)
    numbers = [announce(house.database, n, date(2020, 11, 2)) for n in range(1, 13)]
    for number in numbers[:8]:
        register(house.database, number, date(2020, 11, 12))
    known = house.register
    person = find_person(known, "管理甲")
    actor = Actor(person.id, person.name, person.roles | {Role.SUPERVISOR}, None, "", NOW)
    every = find_person(known, EVERYTHING)
    supervisor = Actor(every.id, every.name, every.roles, None, "", NOW)
    perform(known, supervisor, PlaceHold(scope="centre", value="430100", reason="突击鉴定举报核查"), NOW)
    perform(known, actor, SetHoliday(day=date(2021, 2, 11), workday=False, name="除夕"), NOW)
    waiting = perform(known, actor, SetPolicies(changes={"choice_days": "45"}, reason="春节顺延"), NOW)
    assert isinstance(waiting, Waiting)
    return {
        "number": numbers[0], "command": "register", "queue": "mine", "act": "set_policies", "account": every.id,
        "proposal": waiting.proposal, "document": "1", "on": "2020-12-31", "run": "none",
        "code": "ABCD-EFGH-JKMN-PQRS", "kind": "announce",
    }  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FOR_A_BROWSER)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def looking(served: Served, chromium: Browser) -> Iterator[Callable[[str, int, str], Page]]:
    """A page of somebody with every role, in a language, at a width, light or dark."""
    contexts: dict[tuple[str, int, str], BrowserContext] = {}

    def looked(language: str, width: int, scheme: str) -> Page:
        if (language, width, scheme) not in contexts:
            context = chromium.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="en-GB" if language == "en" else "zh-CN",
                reduced_motion="reduce",
            )
            contexts[language, width, scheme] = context
            page = context.new_page()
            page.goto(f"{served.url}/sign-in")
            page.fill("#name", EVERYTHING)
            page.fill("#password", PASSWORD)
            page.click("main button.primary")
            page.wait_for_url(f"{served.url}/")
        return contexts[language, width, scheme].pages[0]

    yield looked
    for context in contexts.values():
        context.close()


SEEN = [page for page in PAGES if "GET" in page.methods and page.reach is not access.Reach.ENROLLING]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", SEEN, ids=lambda one: one.name)
def test_a_page_is_open_to_everyone(
    served: Served, looking: Callable[[str, int, str], Page], one: access.Page, language: str
) -> None:
    path = re.sub(r"\{(\w+)(:\w+)?\}", lambda part: served.samples.get(part[1], "1"), one.path)
    for width, scheme in LOOKS:
        page = looking(language, width, scheme)
        answer = page.request.get(served.url + path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        assert answer.status < 500
        complaints: list[str] = []
        page.on(
            "console", lambda message, said=complaints: said.append(message.text) if message.type == "error" else None
        )
        page.goto(served.url + path)
        _kept(page, f"{one.name}-{language}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the window"
        assert [said for said in complaints if "Content Security" in said] == []
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_stranger_sees_the_sign_in_and_nothing_more(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{served.url}/cases")
    assert page.url.startswith(f"{served.url}/sign-in")
    _kept(page, "stranger-390")
    assert Axe().run(page).violations_count == 0
    page.goto(f"{served.url}/nowhere")
    assert Axe().run(page).violations_count == 0
    context.close()


def test_a_form_is_filled_and_sent_by_keyboard_alone(served: Served, looking: Callable[[str, int, str], Page]) -> None:
    page = looking("zh", 1440, "light")
    page.goto(f"{served.url}/office/acts/set_holiday")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#day").focus()
    page.locator("#day").fill("2021-05-04")
    page.locator("#workday").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator("#name").focus()
    page.keyboard.type("青年节")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/calendar?done=set_holiday")
    assert "青年节" in page.inner_text("main")


def _kept(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
