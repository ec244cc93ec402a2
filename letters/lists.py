"""Lists that a letter's data hold, as Typst: a wording only says where they stand (`#offers[]`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from letters.escaping import cells, unbroken
from letters.model import Announcement, DataAuditForm, ExchangeNotice, RejectionNotice
from letters.wording import chinese_date, level_name, yuan


def _offers(data: Announcement) -> str:
    rows = []
    for offer in data.offers:
        fee = yuan(offer.fee_fen).removeprefix("人民币") if offer.fee_fen is not None else "按核定标准"
        until = chinese_date(offer.exit_date) if offer.exit_date else "——"
        rows.append(cells((offer.occupation, level_name(offer.level), fee, until)))
    heads = cells(("鉴定职业", "等级", "每人收费", "退出目录日期"))
    return f"listing((1fr,9em,7em,8.5em),({heads}),({','.join(rows)},))"


def _unmet(data: RejectionNotice) -> str:
    return f"numbered({cells(data.unmet)})"


def _changes(data: ExchangeNotice) -> str:
    return f"numbered({cells(data.changes)})"


def _records(data: DataAuditForm) -> str:
    rows = [
        cells((str(n), one.name, one.id_number, one.occupation, level_name(one.level), one.certificate_no))
        + f",[{unbroken(chinese_date(one.issued_on))}]"
        for n, one in enumerate(data.records, start=1)
    ]
    heads = cells(("序号", "姓名", "证件号码", "职业", "等级", "证书编号", "发证日期"))
    return f"listing((2.6em,4.4em,1fr,6em,4.6em,1fr,7.4em),({heads}),({','.join(rows)},),size:9pt)"


LISTS: Mapping[str, Mapping[str, Callable[[Any], str]]] = {
    "announcement": {"offers": _offers},
    "rejection_notice": {"unmet": _unmet},
    "exchange_notice": {"changes": _changes},
    "data_audit_form": {"records": _records},
}
"""By kind of letter: the command that a wording calls, and what writes it from the data."""
