"""`python -m desk.web`: one process of the console, for a reverse proxy, beside as many others as are needed."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from pathlib import Path

import uvicorn

from desk.web.app import console
from desk.web.house import House
from desk.web.opening import with_engine
from engine.server.embedded import engine_target
from services.place import database_to_write, live_place, rehearsal_place
from settings import Settings
from states.business_dates import SHANGHAI
from storage.private_folder import keep_private


def main() -> None:
    """Reads where to listen from the arguments, the rest from `Settings`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--target", default="")
    parser.add_argument("--rehearsal", default="", help="the folder of a rehearsal, instead of real cases")
    parser.add_argument("--business-date", default="", help="the day that a rehearsal stands at")
    arguments = parser.parse_args()
    app = console(_house(arguments), opening=with_engine)
    uvicorn.run(
        app, host=arguments.host, port=arguments.port, server_header=False, access_log=False, log_level="warning"
    )


def _house(arguments: argparse.Namespace) -> House:
    settings = Settings()
    target = arguments.target or engine_target(settings) or "127.0.0.1:7233"
    if not arguments.rehearsal:
        place = live_place(settings, target)
        return House(settings, place, database_to_write(place))
    folder = Path(arguments.rehearsal)
    own = settings.model_copy(update={"data_dir": folder})
    place = rehearsal_place(own, folder, target)
    noon = datetime.combine(date.fromisoformat(arguments.business_date), time(12), SHANGHAI)
    return House(own, place, database_to_write(place), business=lambda: noon)


if __name__ == "__main__":
    keep_private()
    main()
