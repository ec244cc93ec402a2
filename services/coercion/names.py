"""A person's name as it is kept: widths, blanks and middle dots made alike; what no name holds is asked about."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from services.coercion.values import BadValue, code_point, stand_in, text

_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,4}\d{0,8}")
_HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_ALL_HAN = re.compile(rf"{_HAN}(\s*{_HAN})+")
_DOTS = re.compile(r"\s*[·•・‧∙⋅᛫﹒]\s*")
_FULL_STOP = re.compile(rf"(?<={_HAN})\s*[.]\s*(?={_HAN})")
_BRACKETS = re.compile(r"[()\[\]【】〔〕《》<>{}「」]")
_SPELT = re.compile(rf"{_HAN}[a-z]{{2,}}|[a-z]{{2,}}{_HAN}")
_MOST_JOINED = 3  # characters of one name that were spread out; more could be two people


def person_name(value: Any) -> str:
    """The name in `value`. Raises BadValue for what is no name, or not all of one."""
    if type(value) is str and _PLAIN.fullmatch(value) and value not in ("同上", "同前", "没有", "暂无"):
        return value
    found = text(value)
    if not found.isascii():
        found = _folded(found)
    if _ALL_HAN.fullmatch(found) and any(map(str.isspace, found)):
        found = _joined(found)
    found = " ".join(found.split())
    _doubted(found)
    return found


def name_of_command(value: str) -> str:
    """`person_name`, but that a character of nobody's font is left for the rules, which name it as such."""
    if any(unicodedata.category(sign) == "Co" for sign in value):
        return value.strip()
    return person_name(value)


def _folded(found: str) -> str:
    """Widths folded, the middle dots of all makes made one, as on the identity card."""
    folded = "".join(unicodedata.normalize("NFKC", sign) if _is_wide(sign) else sign for sign in found)
    return _FULL_STOP.sub("·", _DOTS.sub("·", folded))


def _is_wide(sign: str) -> bool:
    return "\uff01" <= sign <= "\uff9f" or sign in "\u3000\u00a0"


def _joined(found: str) -> str:
    joined = _BETWEEN_HAN.sub("", found)
    if len(joined) > _MOST_JOINED:
        raise BadValue(f"姓名“{found}”中间有空格；若是一个人请删去空格，若是两个人请分成两行")
    return joined


def _doubted(found: str) -> None:
    if bracket := _BRACKETS.search(found):
        raise BadValue(f"姓名“{found}”中有“{bracket[0]}”；请只写证件上的姓名，说明写在备注里，生僻字请录入本字")
    if sign := stand_in(found):
        raise BadValue(f"姓名“{found}”中的“{sign}”（U+{ord(sign):04X}）像是替代没有打出的字；请录入证件上的本字")
    if _SPELT.search(found):
        raise BadValue(f"姓名“{found}”中夹有拼音；请录入证件上的本字")
    for sign in found:
        if unicodedata.category(sign) == "Co":
            raise BadValue(f"姓名“{found}”中有一个字{code_point(sign)}；请录入证件上的本字")
