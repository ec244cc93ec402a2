"""Puts a draft on its page: the Typst source around the wording (title, number, seal, signature, contacts)."""

from __future__ import annotations

from letters.escaping import literal, markup
from letters.kinds import kind_of
from letters.model import LetterData
from letters.qr import symbol_for
from letters.wording import chinese_date

NATIONAL_HOTLINE = "010—84661234"  # 44号, last line

_SOURCE = """#import "layout.typ": *
#show: {page}.with(title:{title},issuer:{issuer},number:{number},keywords:{code},\
rehearsal:{rehearsal},counted:{counted})
#let stamp(_)=seal("{modules}",{size},{check})
#let slip=slip-page.with({second})
#let closing(_)=colophon(issuer:{issuer},on:{on},seal:stamp[],lines:[{lines}])
"""


def impose(data: LetterData, draft: str, *, code: str, check: str, address: str, counted: bool) -> str:
    """The whole Typst source of a letter. `code` goes into the keywords, `address` into the QR, `check` is printed.

    `counted`: number the pages by counting them; without, text is taken for one page and a slip for the second.
    """
    kind = kind_of(data.kind)
    symbol = symbol_for(len(address))
    head = _SOURCE.format(
        page=_PAGES[kind.page],
        title=literal(kind.title),
        issuer=literal(data.centre_name),
        number=literal(data.number),
        code=literal(code),
        rehearsal="true" if data.rehearsal else "false",
        counted="true" if counted else "false",
        second="auto" if counted else "folio(2)",
        modules=symbol.modules(address),
        size=symbol.size,
        check=literal(check),
        on=literal(chinese_date(data.on)),
        lines=r"\ ".join(map(markup, _contacts(data, check))),
    )
    return head + draft


def expected_pages(draft: str) -> int:
    """How many pages the letter has if nothing runs over: one, and one for its slip."""
    return 1 + ("#slip[" in draft)


_PAGES = {"letter": "letter", "form": "form-page", "stock": "stock"}


def _contacts(data: LetterData, check: str) -> tuple[str, ...]:
    case = f"案件编号：{data.case}　" if data.case else ""
    return (
        f"地址：{data.centre_address}",
        f"联系电话：{data.centre_phone}　监督电话：{data.centre_hotline}　全国监督举报电话：{NATIONAL_HOTLINE}",
        f"{case}{f'校验码：{check}　' if check else ''}扫码核验真伪",
    )
