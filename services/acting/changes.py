"""Policies given as texts, `key=value`, put over those in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from states.office.refusals import BadPolicy

P = TypeVar("P", bound=msgspec.Struct)
_LISTED = (tuple, list)


def changed(before: P, changes: Mapping[str, str], *, unset: frozenset[str] = frozenset()) -> P:
    """`before` with `changes`; `unset` are names that nobody may set. Raises BadPolicy naming what makes no sense."""
    values: dict[str, Any] = {name: msgspec.to_builtins(getattr(before, name)) for name in before.__struct_fields__}
    for name, text in changes.items():
        if name not in values or name in unset:
            raise BadPolicy(why=f"没有“{name}”（可用：{'、'.join(sorted(set(values) - unset))}）")
        values[name] = _listed(text) if isinstance(getattr(before, name), _LISTED) else text
    try:
        return msgspec.convert(values, type(before), strict=False)
    except (msgspec.ValidationError, ValueError) as wrong:
        raise BadPolicy(why=str(wrong)) from wrong


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
