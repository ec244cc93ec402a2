"""Errors of the database without what was in the row: PostgreSQL's detail of a doubled key names the value itself.

A person's key holds their ID number, and an error ends in a log sooner or later.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError


def quieten(error: Any) -> None:
    """Leaves of a driver's error its first line; its class, which tells what happened, stays."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if primary:
        error.args = (primary,)


def keep_quiet(engine: Engine) -> None:
    """Quietens every error of statements that `engine` executes."""
    event.listen(engine, "handle_error", _quiet, retval=True)


def _quiet(context: ExceptionContext) -> BaseException | None:
    told = context.sqlalchemy_exception
    if not isinstance(told, DBAPIError):
        return None
    quieten(context.original_exception)
    return type(told)(
        told.statement,
        None,
        context.original_exception,
        hide_parameters=True,
        connection_invalidated=told.connection_invalidated,
    )
