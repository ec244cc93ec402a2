"""A child process that ends when we do, in whatever way we end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class GivenUp(Exception):
    """Something ends again and again as soon as it is started; the message says what, and where to look."""


# Run between us and the program, then replaced by it under the same process id. A preexec_fn would do the same in our
# own forked image, which is not safe once threads run. Asking for the parent catches one that died before the prctl.
_TIED = """
import ctypes, os, sys
parent = int(sys.argv[1])
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 15)
if os.getppid() != parent:
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def tied(command: Sequence[str]) -> list[str]:
    """`command`, so put that on Linux it is sent SIGTERM when the thread that starts it ends."""
    return [sys.executable, "-I", "-S", "-c", _TIED, str(os.getpid()), *command]


def spawn(program: Path, arguments: Sequence[str], log: Path, keep_open: int) -> subprocess.Popen[bytes]:
    """Starts `program` in a process group of its own, so that Ctrl-C in the terminal reaches us and not it.

    On Linux it is sent SIGTERM when the calling *thread* ends: call from one that lives as long as the child should.
    Output goes to `log`; the descriptor `keep_open` stays open in the child for as long as it lives.
    """
    with log.open("wb") as output:
        return subprocess.Popen(
            tied([str(program), *arguments]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(keep_open,),
            process_group=0,
        )


def stop(process: subprocess.Popen[bytes], grace_seconds: float) -> int:
    """SIGTERM, and SIGKILL after `grace_seconds`; returns the exit code. Blocks; a stopped process is no error."""
    process.terminate()
    try:
        return process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
