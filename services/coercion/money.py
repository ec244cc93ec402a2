"""Money as people write it, in yuan, to integer fen."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from services.coercion.values import BadValue, code, text
from states.case.handlers.checking import MOST_FEN

FREE = frozenset(("免费", "免收", "减免", "免", "免缴", "全免", "免交"))


def fen(value: Any) -> int:
    """Yuan (280, 280.5, ￥1,280.00, 280元; 免费 is 0) to integer fen. Raises BadValue."""
    written = code(value)
    if written in FREE:
        return 0
    written = written.removeprefix("¥").removeprefix("￥").removesuffix("元").removesuffix("元整").replace(",", "")
    try:
        amount = Decimal(written) * 100
    except InvalidOperation:
        raise BadValue(f"报名费“{text(value)}”应写作元，如 280 或 280.50；不收费的写 免费") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise BadValue(f"报名费“{text(value)}”最多两位小数")
    if not 0 <= amount <= MOST_FEN:
        raise BadValue(f"报名费“{text(value)}”应在 0 至 {MOST_FEN // 100} 元之间")
    return int(amount)
