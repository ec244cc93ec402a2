"""The command line as a victim: a process that sends the commands of one case and may be killed at any of them.

`python -m bench.torture.client TARGET`, number and commands as JSON lines on stdin; says on stdout what it begins.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

import msgspec

from services.place import live_place, visiting
from settings import Settings
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand


async def main(target: str) -> None:
    """Sends what it is told."""
    number, *lines = sys.stdin.read().splitlines()
    commands = [msgspec.json.decode(line, type=AnyCommand) for line in lines]
    async with visiting(live_place(Settings(), target)) as here:
        for command in commands:
            print("sending", flush=True)
            await here.submitter.submit(number, [command], datetime.now(SHANGHAI))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
