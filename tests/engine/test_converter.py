"""What travels is what both sides declared, and nothing is guessed."""

from datetime import date
from typing import Any

import msgspec
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from engine.wire.converter import NotAsDeclared, NotConvertible, data_converter
from engine.wire.keys import Keyring
from engine.wire.messages import Receipt, Submission
from states.case.commands import Announce, Register
from states.case.context import Context
from states.case.facts import Candidate
from states.words import State

CONVERTER = data_converter(None).payload_converter


def _there_and_back(value: Any, hint: Any = None) -> Any:
    return CONVERTER.from_payload(CONVERTER.to_payload(value), hint)


def test_commands_arrive_as_the_classes_they_were_sent_as() -> None:
    candidate = Candidate(name="欧阳晓明", id_number="430102199001011234")
    announce = Announce(id="1", by="李", candidate=candidate, occupation="焊工", level=4, centre="430100")
    submission = Submission((announce, Register(id="2", by="李", fee_fen=100)), Context(exit_date=date(2020, 12, 31)))
    assert _there_and_back(submission, Submission) == submission


@pytest.mark.parametrize("value", [None, b"\0\xff", "文", 1, 1.5, True, [1, "a"], {"a": None}])
def test_plain_values_need_no_declaration(value: Any) -> None:
    assert _there_and_back(value) == value


def test_a_value_that_cannot_travel_is_named_when_it_is_sent() -> None:
    with pytest.raises(NotConvertible, match="object cannot travel"):
        CONVERTER.to_payload(object())


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"state": "announced", "revision": "1"}, "revision"),
        ({"state": "somewhere", "revision": 1}, "state"),
        ({"state": "announced"}, "revision"),
    ],
)
def test_what_is_not_as_declared_is_refused_naming_the_field(sent: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAsDeclared, match=f"Receipt.*{why}"):
        _there_and_back(sent, Receipt)


def test_a_type_that_nobody_can_decode_is_refused() -> None:
    class Opaque:
        def __init__(self, wanted: int) -> None:
            self.wanted = wanted

    with pytest.raises(NotAsDeclared):
        _there_and_back({"wanted": 1}, Opaque)


def test_a_broken_payload_is_refused() -> None:
    with pytest.raises(NotAsDeclared):
        CONVERTER.from_payload(Payload(metadata={"encoding": b"json/plain"}, data=b"{"), Receipt)


def test_a_number_beyond_json_is_refused_rather_than_rounded() -> None:
    assert _there_and_back(2**62, int) == 2**62
    with pytest.raises(NotAsDeclared):
        _there_and_back(1.5, int)


async def test_a_failure_says_in_the_clear_only_its_type(keyring: Keyring) -> None:
    converter = data_converter(keyring)
    failure = Failure()
    await converter.encode_failure(
        ApplicationError("430102199001011234 已报名", {"name": "欧阳晓明"}, type="DuplicateCase"), failure
    )
    shown = failure.SerializeToString()
    assert b"430102199001011234" not in shown and "欧阳".encode() not in shown
    assert failure.application_failure_info.type == "DuplicateCase"
    restored = await converter.decode_failure(failure)
    assert isinstance(restored, ApplicationError)
    assert (restored.message, restored.details) == ("430102199001011234 已报名", ({"name": "欧阳晓明"},))


def test_a_receipt_is_small() -> None:
    assert len(CONVERTER.to_payload(Receipt(State.ANNOUNCED, 1)).data) == len(
        msgspec.json.encode({"state": "announced", "revision": 1})
    )
