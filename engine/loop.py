"""The event loop of whoever talks to Temporal, and a garbage collector that suits it.

Every command crosses the loop some thirty times in a worker. On uvloop that is a tenth of the worker's time less, and
so is collecting rarely: a worker keeps thousands of cases, and looking through all of them finds next to nothing, since
what a command leaves behind is freed by its reference counts.
"""

from __future__ import annotations

import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")
_YOUNG = 50_000  # objects made and not freed before the young are looked through; Python's own is 700


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` on uvloop."""
    return uvloop.run(main)


def collect_rarely() -> None:
    """For a process that has loaded everything it works with: what is there now is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
