"""The sections in the head of each page: those that the reader may open, in the order of a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from desk.web.access import Page, admitted
from states.office.people import Actor


class Section(NamedTuple):
    """A page that the head of every page leads to."""

    page: str
    title: str


SECTIONS: tuple[Section, ...] = (
    Section("home", "工作台"),
    Section("cases", "案件"),
    Section("roster", "名册"),
    Section("runs", "批次"),
    Section("post", "投递"),
    Section("exits", "退出日历"),
    Section("supervision", "督导"),
    Section("trail", "台账"),
    Section("office", "管理"),
)


def navigation(pages: Iterable[Page], actor: Actor) -> list[Section]:
    """The sections that `actor` may open."""
    open_here = {page.name for page in pages if admitted(page, actor)}
    return [section for section in SECTIONS if section.page in open_here]
