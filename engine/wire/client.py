"""The one submitter to a case: update-with-start on `case-<number>`, whichever state its workflow is in (design §4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, QueryRejectCondition, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from engine.wire.messages import (
    BULK_RUN,
    CASE_WORKFLOW,
    DELIVERY,
    FACTS,
    NUDGE,
    OFFICE_QUEUE,
    STANDING,
    SUBMIT,
    TASK_QUEUE,
    WEBHOOKS,
    BulkStart,
    CaseStanding,
    CaseStart,
    Receipt,
    Submission,
)
from states.case.facts import CaseFacts
from states.refusals import REFUSALS, Refusal, by_name

# A workflow that ends just as a command arrives, or a server that restarts, is met by sending the same command again.
_AGAIN = {RPCStatusCode.NOT_FOUND, RPCStatusCode.ABORTED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED}
_PATIENCE = (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
# A case that somebody opens by hand, or brings back from its rest, is worked on before what waits in bulk.
BY_HAND, IN_BULK = Priority(priority_key=1), Priority(priority_key=3)
# How long the server waits for a worker that has a case in hand, and died: half of its own ten seconds. A task takes a
# fraction of one, and a recording that takes longer is reported in time.
TASK_TIMEOUT = timedelta(seconds=5)
_LONGEST = 60.0  # seconds: the server waits for a worker for ever, a person at the desk does not


class EngineUnavailable(Exception):
    """The engine did not answer; the command may be sent again with the same id, nothing is lost or doubled."""


class NotHandled(EngineUnavailable):
    """The case's workflow could not handle this command, for a reason that is no refusal; others are not affected."""


class EngineAway(EngineUnavailable):
    """No Temporal server answers where one should be."""

    def __init__(self, target: str, said: str) -> None:
        """`target` is host:port, `said` what the SDK made of it."""
        super().__init__(
            f"连不上 Temporal（{target}）：{said}；请确认它在运行（./run up，或检查 JIANDING_TEMPORAL_ADDRESS 与证书）"
            "后用同一命令重试，没有丢失或重复"
        )


def case_id(number: str) -> str:
    """The workflow id of a case: its number and nothing personal."""
    return f"case-{number}"


async def submit(client: Client, start: CaseStart, submission: Submission, priority: Priority = BY_HAND) -> Receipt:
    """Sends `submission` to its case, opening or reviving its workflow as needed, and waits for the receipt.

    `priority` is that of a workflow which this opens or revives; one that runs keeps its own.

    Safe to send again: the update id is the first command's. Raises the case's Refusal, or EngineUnavailable after
    about 24 seconds without a server, a minute without a worker.
    """
    try:
        async with asyncio.timeout(_LONGEST) as limit:
            return await _until_answered(client, start, submission, priority)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        if not limit.expired():  # the SDK's word for a caller that was cancelled
            raise
        raise EngineUnavailable("一分钟内无人办理（没有工作进程，或退出日排队未完），请稍后用同一命令重试") from error


async def _until_answered(client: Client, start: CaseStart, submission: Submission, priority: Priority) -> Receipt:
    for pause in (*_PATIENCE, None):
        try:
            return await _submit_once(client, start, submission, priority)
        except WorkflowUpdateFailedError as failed:
            if not _ended_meanwhile(failed):
                raise _as_refusal(failed) from failed
        except RPCError as error:
            if error.status not in _AGAIN or pause is None:
                raise EngineUnavailable(f"工作流引擎没有应答（{error.status.name}），请稍后用同一命令重试") from error
        if pause is None:
            break
        await asyncio.sleep(pause)
    raise EngineUnavailable("案件工作流反复在处理前结束，请稍后用同一命令重试")


async def _submit_once(client: Client, start: CaseStart, submission: Submission, priority: Priority) -> Receipt:
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        CASE_WORKFLOW,
        start,
        id=case_id(start.number),
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        task_timeout=TASK_TIMEOUT,
        priority=priority,
    )
    first = submission.commands[0].id if submission.commands else ""
    receipt: Receipt = await client.execute_update_with_start_workflow(
        SUBMIT, submission, start_workflow_operation=operation, id=first or None, result_type=Receipt
    )
    return receipt


def _ended_meanwhile(failed: WorkflowUpdateFailedError) -> bool:
    """Whether the update was aborted because the workflow completed before it was handled."""
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"


def _as_refusal(failed: WorkflowUpdateFailedError) -> Exception:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
        return by_name(cause.type, cause.details[0] if cause.details else {})
    return NotHandled(f"案件工作流未能处理该命令：{cause}")


def as_application_error(refusal: Refusal) -> ApplicationError:
    """How a refusal leaves the workflow: its name as the type, its data as the detail; never retried."""
    return ApplicationError(refusal.name, _plain(refusal.data), type=refusal.name, non_retryable=True)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(data)
    return plain


async def facts_of(client: Client, number: str) -> CaseFacts | None:
    """What the case's workflow holds, or held when it came to rest; None when the server knows none (any more)."""
    handle = client.get_workflow_handle(case_id(number))
    try:
        held: CaseFacts = await handle.query(FACTS, result_type=CaseFacts)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return held


async def standing_of(client: Client, number: str) -> CaseStanding | None:
    """How the case's workflow stands; None when none runs. Raises EngineUnavailable."""
    handle = client.get_workflow_handle(case_id(number))
    try:
        held: CaseStanding = await handle.query(
            STANDING, result_type=CaseStanding, reject_condition=QueryRejectCondition.NOT_OPEN
        )
    except WorkflowQueryRejectedError:
        return None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise EngineUnavailable(f"案件 {number} 的工作流没有应答（{error.status.name}）") from error
    return held


async def open_cases(client: Client) -> frozenset[str]:
    """The workflow ids of all cases that run, as far as the server's list has come. Raises EngineUnavailable."""
    query = f"WorkflowType = '{CASE_WORKFLOW}' AND ExecutionStatus = 'Running'"
    try:
        return frozenset([found.id async for found in client.list_workflows(query, page_size=1000)])
    except RPCError as error:
        raise EngineUnavailable(f"工作流引擎没有应答（{error.status.name}），请稍后重试") from error


async def end_case(client: Client, number: str, reason: str) -> None:
    """Ends the case's workflow, whatever it does; harmless where none runs. The record is not touched."""
    try:
        await client.get_workflow_handle(case_id(number)).terminate(reason=reason)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise EngineUnavailable(f"案件 {number} 的工作流没有应答（{error.status.name}）") from error


async def nudge_run(client: Client, run: str) -> None:
    """Starts the workflow of a bulk run, or tells it to look again; harmless as often as one likes.

    Raises EngineUnavailable; whatever the run selected stays selected, and any worker that starts nudges it again.
    """
    await _nudge(client, BULK_RUN, f"run-{run}", [BulkStart(run)])


async def nudge_delivery(client: Client) -> None:
    """Starts the one workflow that drains the outbox, or tells it to look again. Raises EngineUnavailable."""
    await _nudge(client, DELIVERY, "delivery", [])


async def nudge_webhooks(client: Client) -> None:
    """Starts the one workflow that tells receivers of changed cases, or tells it to look again.

    Raises EngineUnavailable.
    """
    await _nudge(client, WEBHOOKS, "webhooks", [])


async def _nudge(client: Client, workflow: str, id_: str, arguments: list[Any]) -> None:
    try:
        await client.start_workflow(
            workflow,
            args=arguments,
            id=id_,
            task_queue=OFFICE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=NUDGE,
        )
    except RPCError as error:
        raise EngineUnavailable(f"工作流引擎没有应答（{error.status.name}）；已登记，引擎恢复后继续") from error
