"""Puts a draft on its page: the Typst source around the wording (title, number, seal, signature, contacts)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from letters.escaping import literal, markup, unbroken
from letters.kinds import kind_of
from letters.lists import LISTS
from letters.model import LetterData
from letters.qr import symbol_for
from letters.wording import chinese_date

NATIONAL_HOTLINE = "010—84661234"  # 44号, last line

_SOURCE = """#import "layout.typ": *
#show: {page}.with(title:{title},issuer:{issuer},number:[{number}],keywords:{code},\
rehearsal:{rehearsal},counted:{counted},pitch:{pitch})
#let slip=slip-page.with({second})
#let closing(_)=colophon(issuer:{issuer},on:[{on}],seal:seal("{modules}",{size},{check}),\
lines:[{lines}],together:{counted})
"""
_STOCK = """#import "layout.typ": *
#show: stock.with(title:{title},issuer:{issuer},keywords:{code},rehearsal:{rehearsal})
"""


class Setting(Enum):
    """How a letter is set: as the standard says; closer, to spare a second page; or on counted pages if it must."""

    NORMAL = "normal"
    TIGHT = "tight"
    COUNTED = "counted"


def impose(data: LetterData, draft: str, *, code: str, check: str, address: str, setting: Setting) -> str:
    """The whole Typst source of a letter. `code` goes into the keywords, `address` into the QR, `check` is printed.

    Nothing but the candidate's own data is printed on stock: no number, no QR, no contacts.
    """
    kind = kind_of(data.kind)
    common: dict[str, Any] = {
        "title": literal(kind.title),
        "issuer": literal(data.centre_name),
        "code": literal(code),
        "rehearsal": "true" if data.rehearsal else "false",
    }
    if kind.page == "stock":
        return _STOCK.format(**common) + draft
    symbol = symbol_for(len(address))
    counted = setting is Setting.COUNTED
    head = _SOURCE.format(
        **common,
        page=_PAGES[kind.page],
        number=unbroken(data.number),
        counted="true" if counted else "false",
        pitch="tight" if setting is Setting.TIGHT or kind.close else "normal",
        second="auto" if counted else "folio(2)",
        modules=symbol.modules(address),
        size=symbol.size,
        check=literal(check),
        on=unbroken(chinese_date(data.on)),
        lines=r"\ ".join(map(markup, _contacts(data, check, sealed=bool(code)))),
    )
    return head + _list_of(data) + _endings(_kept_with_seal(draft) if counted else draft)


def expected_pages(draft: str) -> int:
    """How many pages the letter has if nothing runs over: one, and one for its slip."""
    return 1 + ("#slip[" in draft)


_PAGES = {"letter": "letter", "form": "form-page"}
# The last three characters of a paragraph and its stop, where they are plain text: they stay together.
_ENDING = re.compile(r"(?m)(?<=.{24})([\u4e00-\u9fff]{3}[。）：》]?)(?=\]?$)")
# The last paragraph, with a line about what is attached if there is one, and the seal's place behind it.
_LAST_PARAGRAPH = re.compile(
    r"\n\s*\n((?:(?!\n\s*\n).)+(?:\n\s*\n#attachment\[[^\]]*\])?)\n\s*\n#closing\[\]", re.DOTALL
)


def _endings(draft: str) -> str:
    """No paragraph ends in a line of one or two characters."""
    return _ENDING.sub(r"#box[\1]", draft)


def _kept_with_seal(draft: str) -> str:
    """The last paragraph on the page of the seal: no page holds a QR apart from the text it answers for."""
    return _LAST_PARAGRAPH.sub(
        r"\n\n#block(sticky:true,breakable:false)[#parbreak()\1#parbreak()]\n\n#closing[]", draft
    )


def _list_of(data: LetterData) -> str:
    written: Mapping[str, Callable[[Any], str]] = LISTS.get(data.kind, {})
    return "".join(f"#let {name}(_)={write(data)}\n" for name, write in written.items())


def _contacts(data: LetterData, check: str, *, sealed: bool) -> tuple[str, ...]:
    case = f"案件编号：{data.case}　" if data.case else ""
    return (
        f"地址：{data.centre_address}",
        f"联系电话：{data.centre_phone}　监督电话：{data.centre_hotline}　全国监督举报电话：{NATIONAL_HOTLINE}",
        f"{case}{f'校验码：{check}　' if check else ''}{'扫码核验真伪' if sealed else '预览件，未盖防伪章'}",
    )
