from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.coercion.choices import email
from services.coercion.values import BadValue
from services.command_input import command_from
from states.case.commands import Announce
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.reference.email import is_email
from states.refusals import Refusal
from tests.workflows.cases import announcing

GOOD = ("a@b.cn", "wang.zhe+1@mail.example.org", "o'neil@x-y.com")
BAD = (
    "a@b",
    "a b@c.cn",
    "a@b.cn\nBcc: c@d.cn",
    "@b.cn",
    "a@",
    "a@b..cn",
    "王喆@例子.中国",
    "a@b@c.cn",
    f"{'a' * 65}@b.cn",
)


@pytest.mark.parametrize("text", GOOD)
def test_an_address(text: str) -> None:
    assert is_email(text)
    assert email(f" {text} ") == text


@pytest.mark.parametrize("text", BAD)
def test_no_address_is_refused_at_the_desk_and_by_the_rules(text: str) -> None:
    assert not is_email(text)
    if "\n" not in text:
        with pytest.raises(BadValue, match="电子邮箱"):
            email(text)
    opened = judge(CaseFacts(number="1"), [announcing(1)], Context(occupation="保安员"), date(2026, 11, 25)).facts
    announced, corrected = announcing(2), command_from("correct", {"email": "a@b.cn"}, by="王芳")
    assert isinstance(announced, Announce)
    candidate = replace(announced.candidate, email=text)
    for facts, command in (
        (CaseFacts(number="2"), replace(announced, candidate=candidate)),
        (opened, replace(corrected, email=text)),
    ):
        with pytest.raises(Refusal, match="电子邮箱"):
            judge(facts, [command], Context(occupation="保安员"), date(2026, 11, 25))
