"""Bars of an SVG, laid out here and drawn by a macro: no script, no inline style, readable without colour.

Every chart has its table beside it; a bar is told by its place and its label, its colour only helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

WIDTH, LABELS, ROW, TOP, COLOURS = 760, 130, 26, 8, 8
_BARS = WIDTH - LABELS - 80


class Piece(NamedTuple):
    """One rectangle: its colour's number, where it begins, how wide it is."""

    colour: int
    x: float
    width: float


class Bar(NamedTuple):
    """One row: its label, its pieces, and what stands behind them."""

    y: int
    label: str
    pieces: tuple[Piece, ...]
    end: float
    total: str


class Chart(NamedTuple):
    """What the macro draws. `cells`: the same figures as text, for the table."""

    id: str
    title: str
    note: str
    corner: str
    columns: tuple[str, ...]
    bars: tuple[Bar, ...]
    cells: tuple[tuple[str, ...], ...]
    height: int


class Said(NamedTuple):
    """How a chart speaks: its names, and a figure as text. `added`: whether figures of a row may be added up."""

    id: str
    title: str
    note: str
    corner: str
    row: Callable[[str], str]
    column: Callable[[str], str]
    figure: Callable[[int], str] = "{:,}".format
    added: bool = True


def chart(said: Said, rows: Sequence[str], columns: Sequence[str], figures: Sequence[Sequence[int]]) -> Chart:
    """Stacked bars where figures may be added up; else one bar a column under each row."""
    lines = _stacked(said, rows, figures) if said.added else _each(said, rows, columns, figures)
    most = max((sum(values) for _, values, _ in lines), default=0) or 1
    bars = tuple(_bar(n, label, values, colours, most, said) for n, (label, values, colours) in enumerate(lines))
    return Chart(
        said.id, said.title, said.note, said.corner, tuple(map(said.column, columns)), bars,
        tuple((said.row(row), *map(said.figure, values)) for row, values in zip(rows, figures, strict=True)),
        2 * TOP + ROW * len(bars),
    )  # fmt: skip


_Line = tuple[str, Sequence[int], Sequence[int]]


def _stacked(said: Said, rows: Sequence[str], figures: Sequence[Sequence[int]]) -> list[_Line]:
    return [(said.row(row), values, range(len(values))) for row, values in zip(rows, figures, strict=True)]


def _each(said: Said, rows: Sequence[str], columns: Sequence[str], figures: Sequence[Sequence[int]]) -> list[_Line]:
    return [
        (f"{said.row(row)} {said.column(column)}", (value,), (n,))
        for row, values in zip(rows, figures, strict=True)
        for n, (column, value) in enumerate(zip(columns, values, strict=True))
        if value
    ]


def _bar(n: int, label: str, values: Sequence[int], colours: Sequence[int], most: int, said: Said) -> Bar:
    x, pieces = float(LABELS), []
    for colour, value in zip(colours, values, strict=True):
        width = round(_BARS * value / most, 1)
        if value:
            pieces.append(Piece(colour % COLOURS, round(x, 1), max(width, 1.0)))
        x += width
    return Bar(TOP + ROW * n, label, tuple(pieces), round(x, 1), said.figure(sum(values)))
