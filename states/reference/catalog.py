"""The exit catalog: which occupation leaves when (80号·二 and its annex, 25号·一).

The annex is data: a CSV of one row an occupation, in annex order, and totals that it must prove before it is used.
The exit is per occupation; six qualifications of the 2020 annex are split between batches.
"""

from __future__ import annotations

import csv
import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from importlib.resources import files

import msgspec
from msgspec.structs import replace

from states.refusals import UnknownOccupation
from states.words import Standing

ACCESS = "access"
COLUMNS = ("item", "qualification", "occupation", "departments", "batch")
MOST_CHARACTERS = 1_000_000  # over a hundred times the annex of 2020: more is not an annex
MOST_SUGGESTIONS = 5


class CatalogRefused(ValueError):
    """An annex, its totals, or a redating that cannot be used. `problems`: every one of them, in Chinese."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Occupation(msgspec.Struct, frozen=True):
    """One occupation of the calendar. `item` is the qualification's 序号 in the annex; exit_date None: never exits.

    `batch` is the annex's, or `in` or `left` for what no annex names; `source` says where those come from.
    """

    item: int
    qualification: str
    occupation: str
    departments: tuple[str, ...]
    batch: str
    exit_date: date | None
    source: str = ""

    @property
    def standing(self) -> Standing:
        """How it stands: in for good, exit set, 准入类, or left before."""
        return _STANDINGS.get(self.batch, Standing.EXIT)


_STANDINGS = {standing.value: standing for standing in (Standing.IN, Standing.LEFT, Standing.ACCESS)}


class BatchTotals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one batch must amount to, and when it leaves. exit_date None: the batch becomes 准入类 and never exits."""

    occupations: int
    qualifications: int | None = None
    exit_date: date | None = None


class Totals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an annex must prove, by batch (`1`, `2`, `access`); `source` is the clause that prints these numbers."""

    source: str
    items: int
    occupations: int
    batches: dict[str, BatchTotals]


class Catalog(msgspec.Struct, frozen=True, dict=True):
    """The calendar: an annex that has proved its totals, in its order, and what stands beside it (`others`)."""

    occupations: tuple[Occupation, ...]
    others: tuple[Occupation, ...] = ()

    @cached_property
    def _by_name(self) -> Mapping[str, Occupation]:
        return {normalised(row.occupation): row for row in (*self.others, *self.occupations)}

    def find(self, name: str) -> Occupation | None:
        """The occupation called `name`, however its parentheses and spaces were typed; None when there is none."""
        return self._by_name.get(normalised(name))

    def suggest(self, name: str) -> list[str]:
        """Names near `name`, nearest first, at most five: for the message that says it is unknown."""
        wanted = normalised(name)
        if not wanted:
            return []
        part = [known for known in self._by_name if wanted in known or known in wanted]
        near = difflib.get_close_matches(wanted, self._by_name, n=MOST_SUGGESTIONS, cutoff=0.5)
        names = dict.fromkeys([*part, *near])
        return [self._by_name[known].occupation for known in names][:MOST_SUGGESTIONS]

    def redated(self, *, to: date | None, batch: str | None = None, occupation: str | None = None) -> Catalog:
        """The same catalog with the exit of one batch, or of one occupation, moved to `to`; None: it becomes 准入类
        after all, and never exits (80号·六).

        Raises UnknownOccupation, and CatalogRefused for an unknown batch, for occupations that do not exit or have
        left before, and unless exactly one of `batch` and `occupation` is given.
        """
        if (batch is None) == (occupation is None):
            raise CatalogRefused(["请指定批次或职业之一"])
        moved = self._batch(batch) if batch is not None else {self._known(occupation or "")}
        if any(row.exit_date is None for row in moved):
            raise CatalogRefused(["准入类职业不退出目录，不能设定退出日期"])
        if any(row.standing is Standing.LEFT for row in moved):
            raise CatalogRefused(["该职业此前已退出目录，不能改期"])
        new = {"exit_date": to} if to is not None else {"exit_date": None, "batch": ACCESS}
        return replace(
            self, occupations=tuple(replace(row, **new) if row in moved else row for row in self.occupations)
        )

    def _batch(self, batch: str) -> set[Occupation]:
        rows = {row for row in self.occupations if row.batch == batch}
        if not rows:
            known = "、".join(dict.fromkeys(row.batch for row in self.occupations))
            raise CatalogRefused([f"没有批次“{batch}”（可用：{known}）"])
        return rows

    def _known(self, name: str) -> Occupation:
        found = self.find(name)
        if found is None:
            raise UnknownOccupation(occupation=name, suggestions="、".join(self.suggest(name)) or "无")
        return found

    def prove(self, totals: Totals) -> list[str]:
        """The proofs that fail, in Chinese; empty when the annex amounts to exactly what `totals` says (80号·二)."""
        counts = [
            ("职业资格项数", totals.items, len({row.item for row in self.occupations})),
            ("职业总数", totals.occupations, len(self.occupations)),
        ]
        for name, batch in totals.batches.items():
            rows = [row for row in self.occupations if row.batch == name]
            counts.append((f"批次{name}的职业数", batch.occupations, len(rows)))
            if batch.qualifications is not None:
                counts.append((f"批次{name}的职业资格项数", batch.qualifications, len({row.item for row in rows})))
        return [f"{what}应为{due}，实为{found}" for what, due, found in counts if due != found]


def exited(exit_date: date | None, today: date) -> bool:
    """Whether an occupation is out on the business date `today`: the exit day itself is out (25号·一: 退出之日起)."""
    return exit_date is not None and today >= exit_date


def normalised(name: str) -> str:
    """`name` as it is compared: no spaces, full-width forms folded to half-width."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def read_totals(toml_text: str) -> Totals:
    """The totals written in `toml_text`. Raises CatalogRefused when they make no sense."""
    try:
        totals = msgspec.toml.decode(toml_text, type=Totals)
    except msgspec.DecodeError as bad:
        raise CatalogRefused([f"汇总数文件有误：{bad}"]) from bad
    problems = [
        f"汇总数文件有误：批次{name}" + ("不应有退出日期" if name == ACCESS else "缺少退出日期（exit_date）")
        for name, batch in totals.batches.items()
        if (batch.exit_date is None) != (name == ACCESS)
    ]
    if problems:
        raise CatalogRefused(problems)
    return totals


def load(csv_text: str, totals: Totals) -> Catalog:
    """The catalog written in `csv_text`: a header with COLUMNS, departments separated by 、, a BOM is ignored.

    Raises CatalogRefused with every problem and its line; what it returns has proved `totals`.
    """
    if len(csv_text) > MOST_CHARACTERS:
        raise CatalogRefused([f"文件过大：{len(csv_text)}字，最多{MOST_CHARACTERS}字"])
    problems: list[str] = []
    rows: list[Occupation] = []
    names: set[str] = set()
    titles: dict[int, str] = {}
    for line, cells in _lines(csv_text):
        wrong = _cell_problems(cells, totals)
        if not wrong:
            row = _occupation(cells, totals)
            wrong = _clashes(row, rows[-1:], names, titles)
            rows.append(row)
        problems += [f"第{line}行：{why}" for why in wrong]
    catalog = Catalog(tuple(rows))
    problems += catalog.prove(totals)
    if problems:
        raise CatalogRefused(problems)
    return catalog


@cache
def annex_2020() -> Catalog:
    """The annex of 80号 as bundled, read and proved once."""
    return load(_bundled("annex-2020.csv"), totals_2020())


@cache
def totals_2020() -> Totals:
    """What 80号·二 says the annex of 2020 amounts to."""
    return read_totals(_bundled("annex-2020.toml"))


def _bundled(name: str) -> str:
    return files("states.reference").joinpath("data", name).read_text(encoding="utf-8")


def _lines(csv_text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its line number. Raises CatalogRefused where there is no table to read."""
    reader = csv.reader(csv_text.removeprefix("\ufeff").splitlines())
    try:
        header = [name.strip() for name in next(reader, [])]
        if missing := [name for name in COLUMNS if name not in header]:
            raise CatalogRefused([f"第1行：缺少列{'、'.join(missing)}"])
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False))
    except csv.Error as bad:
        raise CatalogRefused([f"第{reader.line_num}行：不是有效的CSV（{bad}）"]) from bad


def _cell_problems(cells: Mapping[str, str], totals: Totals) -> list[str]:
    """What is wrong with the cells of one row."""
    empty = [name for name in COLUMNS if not cells.get(name)]
    if empty:
        return [f"{'、'.join(empty)}不能为空"]
    problems = []
    if not (cells["item"].isascii() and cells["item"].isdigit() and len(cells["item"]) <= 6 and int(cells["item"])):
        problems.append(f"序号应为正整数，实为“{cells['item']}”")
    if cells["batch"] not in totals.batches:
        problems.append(f"批次应为{'、'.join(totals.batches)}之一，实为“{cells['batch']}”")
    return problems


def _occupation(cells: Mapping[str, str], totals: Totals) -> Occupation:
    return Occupation(
        item=int(cells["item"]),
        qualification=cells["qualification"],
        occupation=cells["occupation"],
        departments=tuple(part.strip() for part in cells["departments"].split("、") if part.strip()),
        batch=cells["batch"],
        exit_date=totals.batches[cells["batch"]].exit_date,
    )


def _clashes(row: Occupation, last: list[Occupation], names: set[str], titles: dict[int, str]) -> list[str]:
    """What of `row` contradicts the rows above it, whose names and whose items' titles it joins."""
    problems = []
    name = normalised(row.occupation)
    if name in names:
        problems.append(f"职业“{row.occupation}”重复")
    names.add(name)
    if last and row.item < last[0].item:
        problems.append(f"序号{row.item}排在{last[0].item}之后，应按附件顺序")
    if titles.setdefault(row.item, row.qualification) != row.qualification:
        problems.append(f"序号{row.item}的职业资格名称前后不一")
    return problems
