"""What processes write down: text on a terminal, JSON elsewhere, and nothing about any person.

Every module logs through the standard library by case number; structlog gives the lines their shape. Whatever an error
of a library may quote (an ID number in a doubled key) is taken out before a line leaves the process.
"""

from __future__ import annotations

import logging
import re
import sys
from logging.handlers import WatchedFileHandler
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from settings import Settings

_PERSONAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"), "[证件号码]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[电话]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[邮箱]"),
    (re.compile(r"(?s)(\bDETAIL:|\[parameters?:|\[SQL:).*?(?=\n\S|\Z)"), r"\1 [略]"),
)
_QUIET = {
    "temporalio": logging.WARNING,
    "aiosmtplib": logging.WARNING,
    "fontTools": logging.ERROR,
    "alembic": logging.WARNING,
}


def redacted(text: str) -> str:
    """`text` without what looks like a person's: ID number, mobile, mail address, and what a driver says of a row."""
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


def configure(settings: Settings) -> None:
    """Sends every log line of this process where the settings say. Raises OSError for a file that cannot be written."""
    handlers: list[logging.Handler] = [_handler(logging.StreamHandler(sys.stderr), as_json=_in_json(settings))]
    if settings.log_file:
        settings.log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handlers.append(_handler(WatchedFileHandler(settings.log_file, encoding="utf-8"), as_json=True))
    logging.basicConfig(level=settings.log_level, handlers=handlers, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it greets for each of its plugins
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, logging.getLevelNamesMapping()[settings.log_level]))


def _in_json(settings: Settings) -> bool:
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def _handler(handler: logging.Handler, *, as_json: bool) -> logging.Handler:
    last: Processor = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    if as_json:
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.format_exc_info,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_persons, last],
        )
    )
    return handler


def _without_persons(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: redacted(value) if isinstance(value, str) else value for key, value in event.items()}
