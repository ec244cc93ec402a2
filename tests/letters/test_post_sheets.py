"""Labels and cover leaves: the longest address and name stay on their label and in their window."""

from __future__ import annotations

from datetime import date

import pytest

from letters import post_sheets
from letters.fonts import load_faces
from letters.post_sheets import Addressed
from states.reference.lengths import LONGEST
from tests.letters.reading import text
from tests.letters.test_boxes import NAME, boxes, overlapping

DAY = date(2020, 10, 13)
LONG = "湖南省湘西土家族苗族自治州吉首市乾州街道世纪大道" * 5


def addressed(address: str, name: str = NAME) -> list[Addressed]:
    one = Addressed(1, name, "416000", address, ("4331002020000017",), ("长鉴退告〔2020〕17号",))
    return [one._replace(seq=seq) for seq in range(1, 15)]


@pytest.mark.parametrize("length", [8, 40, 70, LONGEST["address"][1]])
def test_no_label_runs_into_the_next(length: int) -> None:
    pdf = post_sheets.labels(load_faces(), DAY, addressed(LONG[:length]))
    page = boxes(pdf, 0)
    assert not list(overlapping(page))
    for _, top, _, bottom, said in page:
        row = int((top - 15.15) // 38.1)
        assert bottom <= 15.15 + 38.1 * (row + 1), said
    assert text(pdf).count(NAME) == 14


def test_a_cover_leaf_shows_the_whole_address_within_its_window() -> None:
    pdf = post_sheets.covers(load_faces(), "长沙市职业技能鉴定中心", DAY, addressed(LONG[:100])[:1])
    window = [box for box in boxes(pdf, 0) if 45 <= box[1] <= 92]
    said = "".join(box[4] for box in window)
    assert LONG[:100] in said.replace("\n", "").replace("\r", "")
    assert max(box[2] for box in window) <= 106
    assert max(box[3] for box in window) <= 90
