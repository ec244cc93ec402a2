"""What a supervisor watches, counted for whoever looks: of the centres that they reach and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from records.case.trends import Counted, answers, arrivals, exits_ahead, letters_by_fate, refunds, stays
from records.store.database import Database
from states.office.people import Actor
from states.words import Role, State, Trigger

WEEKS = 12
ANSWERS = (Trigger.CONTINUE_EXAM, Trigger.REQUEST_REFUND, Trigger.REQUEST_CONVERSION)
BY_PERSON, BY_DEFAULT = "answered", "default"


class Plot(NamedTuple):
    """Rows of figures, each with one for every column. `rows` and `columns` are names as the record has them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[tuple[int, ...], ...]


class Overview(NamedTuple):
    """`refunds` in fen; `days` are tenths of a day, on average, with `stayed` the cases behind each."""

    weeks: Plot
    exits: Plot
    refunds: Plot
    letters: Plot
    answers: Plot
    days: Plot
    stayed: Mapping[tuple[str, str], int]


def overview(database: Database, actor: Actor, today: date) -> Overview:
    """Everything as of one moment; weeks begin on Mondays, the last is the one of `today`."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    centres = actor.centres
    with database.reading() as connection:
        came = arrivals(connection, centres, first)
        ahead = exits_ahead(connection, centres, today)
        money = refunds(connection, centres)
        letters = letters_by_fate(connection, centres)
        answered = answers(connection, centres, tuple(one.value for one in ANSWERS))
        stayed = stays(connection, centres)
    weeks = [(first + timedelta(weeks=n)).isoformat() for n in range(WEEKS)]
    said = [one._replace(column=BY_DEFAULT if one.column == Role.CALENDAR else BY_PERSON) for one in answered]
    return Overview(
        weeks=_plot([one._replace(row=_monday(one.row)) for one in came], _states(came), weeks),
        exits=_plot(ahead, _states(ahead)),
        refunds=Plot(
            tuple(one.centre for one in money), ("owed", "paid"), tuple((one.owed_fen, one.paid_fen) for one in money)
        ),
        letters=_plot(letters, ("pending", "sending", "sent", "failed", "uncertain", "returned")),
        answers=_plot(said, (BY_PERSON, BY_DEFAULT), tuple(one.value for one in ANSWERS)),
        days=_plot(
            [Counted(one.centre, one.state, round(10 * one.days / one.cases)) for one in stayed],
            _in_order({one.state for one in stayed}),
        ),
        stayed={(one.centre, one.state): one.cases for one in stayed},
    )


def _plot(found: Sequence[Counted], columns: Sequence[str], rows: Sequence[str] = ()) -> Plot:
    """The figures of `found` under `columns`; its own rows in order, where none are given."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in found:
        sums[one.row, one.column] += one.times
    named = tuple(rows) or tuple(sorted({one.row for one in found}))
    return Plot(named, tuple(columns), tuple(tuple(sums[row, column] for column in columns) for row in named))


def _states(found: Iterable[Counted]) -> tuple[str, ...]:
    return _in_order({one.column for one in found})


def _in_order(states: set[str]) -> tuple[str, ...]:
    return tuple(state.value for state in State if state.value in states)


def _monday(day: str) -> str:
    on = date.fromisoformat(day)
    return (on - timedelta(days=on.weekday())).isoformat()
