"""The bench measures what it says, in the shape that scripts read; the figures of so small a run mean nothing."""

from __future__ import annotations

from bench.measuring import measure
from bench.stage import QUICK


async def test_a_quick_run_has_the_shape_of_the_contract() -> None:
    parts = ("lifecycle", "exit_day", "letters", "import", "replay")
    found = await measure(parts, QUICK, lambda _: None, full=False, peers=False)
    assert found.keys() == {"machine", *parts}
    assert found["machine"]["cores"] >= 1
    assert found["lifecycle"].keys() >= {"ours", "ours_without_letters", "bare", "ratio", "ratio_without_letters"}
    assert found["lifecycle"]["events"] <= 35
    assert found["lifecycle"]["transitions"] <= 10
    assert found["lifecycle"]["bytes"] <= 12_000
    assert found["exit_day"].keys() >= {"cases", "ours", "bare", "ratio"}
    assert found["letters"].keys() >= {"ours", "typst", "ratio_typst"}
    assert found["import"].keys() >= {"opened", "bare_starts", "ratio", "parse_and_validate", "sqlmodel_row_by_row"}
    assert found["replay"].keys() >= {"ours", "bare", "ratio"}
    rates = [found["lifecycle"]["ours"], found["exit_day"]["ours"], found["letters"]["ours"], found["replay"]["ours"]]
    assert all(rate > 0 for rate in rates)
