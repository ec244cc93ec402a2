"""A sealed payload is of use in one place, as one message: read from a history, it is sent nowhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext

from engine.wire.codec import REFUSED, EncryptingCodec
from engine.wire.converter import NotAsDeclared, data_converter
from engine.wire.keys import Keyring
from engine.wire.messages import CaseStart, Receipt, Submission
from states.case.commands import Approve
from states.case.context import Context
from states.words import State

APPROVAL = Submission((Approve(id="a", by="李强"),), Context(exit_date=date(2020, 12, 31)), case="4301002020000001")


def of(workflow_id: str) -> WorkflowSerializationContext:
    return WorkflowSerializationContext("jianding", workflow_id)


def activity(workflow_id: str) -> ActivitySerializationContext:
    return ActivitySerializationContext("jianding", "1", "record", "cases", workflow_id, "CaseWorkflow", is_local=True)


async def test_bytes_sealed_for_one_case_are_refused_by_another(keyring: Keyring) -> None:
    codec = EncryptingCodec(keyring)
    sealed = await data_converter(keyring).with_context(of("case-1")).encode([APPROVAL])
    for elsewhere in (codec.with_context(of("case-2")), codec, codec.with_context(of("case-11"))):
        [refused] = await elsewhere.decode(sealed)
        assert refused.metadata["encoding"] == REFUSED and b"another place" in refused.data
    assert await data_converter(keyring).with_context(of("case-1")).decode(sealed, [Submission]) == [APPROVAL]


async def test_a_case_and_its_activities_understand_each_other(keyring: Keyring) -> None:
    converter = data_converter(keyring)
    sealed = await converter.with_context(of("case-1")).encode([Receipt(State.ANNOUNCED, 1)])
    assert await converter.with_context(activity("case-1")).decode(sealed, [Receipt]) == [Receipt(State.ANNOUNCED, 1)]


async def test_what_a_schedule_seals_is_understood_by_the_workflows_that_it_starts(keyring: Keyring) -> None:
    converter = data_converter(keyring)
    sealed = await converter.with_context(of("sweep")).encode(["x"])
    assert await converter.with_context(of("sweep-2026-11-26T05:00:00Z")).decode(sealed, [str]) == ["x"]


async def test_an_answer_is_never_taken_for_a_command(keyring: Keyring) -> None:
    converter = data_converter(keyring).with_context(of("case-1"))
    sealed = await converter.encode([CaseStart("4301002020000001")])
    with pytest.raises(NotAsDeclared, match="CaseStart, not a Submission"):
        await converter.decode(sealed, [Submission])


async def test_a_key_from_before_payloads_were_bound_still_reads_them_and_a_new_one_takes_over(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    Keyring.open(path)
    path.write_text(path.read_text().replace('"bound": true', '"bound": false'))
    old = Keyring(path)
    [sealed] = await EncryptingCodec(old).encode([Payload(data=b"x")])
    old.rotate()
    bound = EncryptingCodec(old).with_context(of("case-1"))
    assert (await bound.decode([sealed]))[0].data == b"x"
    [fresh] = await bound.encode([Payload(data=b"y")])
    assert (await EncryptingCodec(old).with_context(of("case-2")).decode([fresh]))[0].metadata["encoding"] == REFUSED
