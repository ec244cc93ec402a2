"""The annex as data: what it proves, how it is searched, moved and refused (80号·二, 25号·一)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.reference.catalog import (
    ACCESS,
    BatchTotals,
    Catalog,
    CatalogRefused,
    Totals,
    annex_2020,
    exited,
    load,
    read_totals,
    totals_2020,
)
from states.refusals import UnknownOccupation

BATCH_1, BATCH_2 = date(2020, 9, 30), date(2020, 12, 31)
HEADER = "item,qualification,occupation,departments,batch\n"
ROWS = "1,修理人员,电工,应急管理部、人力资源和社会保障部,2\n1,修理人员,钳工,人力资源和社会保障部,1\n"
TOTALS = Totals("试", 1, 2, {"1": BatchTotals(1, 1, BATCH_1), "2": BatchTotals(1, 1, BATCH_2)})


def batches_of(item: int) -> dict[str, str]:
    return {row.occupation: row.batch for row in annex_2020().occupations if row.item == item}


def problems(text: str, totals: Totals = TOTALS) -> list[str]:
    with pytest.raises(CatalogRefused) as refused:
        load(text, totals)
    return refused.value.problems


def test_the_annex_amounts_to_what_the_notice_prints() -> None:
    rows = annex_2020().occupations
    assert len(rows) == 192
    assert [row.item for row in rows] == sorted(row.item for row in rows)
    assert {row.item for row in rows} == set(range(1, 77))
    sizes = {b: (len({r.item for r in rows if r.batch == b}), sum(r.batch == b for r in rows)) for b in ("1", "2")}
    assert sizes == {"1": (14, 29), "2": (66, 156)}
    assert annex_2020().prove(totals_2020()) == []


def test_the_seven_access_occupations_never_exit() -> None:
    access = {row.occupation for row in annex_2020().occupations if row.batch == ACCESS}
    assert access == {"保安员", "安检员", "民航乘务员", "机场运行指挥员", "消防员", "应急救援员", "森林消防员"}
    assert {row.occupation for row in annex_2020().occupations if row.exit_date is None} == access


def test_every_batch_has_its_own_exit_date() -> None:
    assert {(row.batch, row.exit_date) for row in annex_2020().occupations} == {
        ("1", BATCH_1),
        ("2", BATCH_2),
        (ACCESS, None),
    }


def test_six_qualifications_are_split_between_batches() -> None:
    split = {row.item for row in annex_2020().occupations if len(set(batches_of(row.item).values())) > 1}
    assert split == {8, 21, 38, 52, 58, 66}
    assert batches_of(8)["锅炉操作工"] == batches_of(38)["制冷工"] == "1"
    assert batches_of(21) == {"车工": "1", "铣工": "1", "钳工": "1", "磨工": "1", "冲压工": "1", "电切削工": "2"}
    assert batches_of(52) == {"助听器验配师": "2", "口腔修复体制作工": "2", "眼镜验光员": "1", "眼镜定配工": "1"}
    assert batches_of(58) == {"孤残儿童护理员": "2", "育婴员": "1", "保育员": "1"}
    assert batches_of(66) == {"保安员": ACCESS, "安检员": ACCESS, "智能楼宇管理员": "2", "安全评价师": "1"}


def test_a_qualification_keeps_the_comma_in_its_own_name() -> None:
    cement = annex_2020().find("水泥生产工")
    assert cement is not None
    assert cement.qualification == "水泥、石灰、石膏及其制品制造人员"


def test_departments_are_those_of_the_occupation_not_of_the_item() -> None:
    annex = annex_2020()
    electrician, checker = annex.find("电工"), annex.find("设备点检员")
    assert electrician is not None
    assert checker is not None
    assert electrician.departments == ("应急管理部", "人力资源和社会保障部")
    assert checker.departments == ("中国钢铁工业协会",)


@pytest.mark.parametrize("typed", ["(粮油)仓储管理员", "（粮油）仓储管理员", " (粮油) 仓储管理员\u3000"])
def test_parentheses_and_spaces_are_matched_leniently(typed: str) -> None:
    found = annex_2020().find(typed)
    assert found is not None
    assert found.occupation == "(粮油)仓储管理员"


@given(st.sampled_from(annex_2020().occupations))
def test_every_occupation_is_found_by_its_name_and_suggested_by_a_slip(row) -> None:
    assert annex_2020().find(row.occupation) is row
    assert row.occupation in annex_2020().suggest(row.occupation + "儿")


def test_part_of_a_name_is_not_the_occupation_but_suggests_it() -> None:
    assert annex_2020().find("仓储管理员") is None
    assert annex_2020().suggest("仓储管理员")[0] == "(粮油)仓储管理员"
    assert annex_2020().suggest("") == []
    assert annex_2020().find("") is None


@given(st.dates(), st.dates())
def test_the_exit_day_itself_is_out(exit_date: date, today: date) -> None:
    assert exited(exit_date, today) == (today >= exit_date)
    assert exited(exit_date, exit_date)
    assert not exited(None, today)


def test_the_day_before_the_exit_is_still_in() -> None:
    assert not exited(BATCH_2, BATCH_2 - timedelta(days=1))


def test_redating_a_batch_moves_all_of_it_and_nothing_else() -> None:
    later = date(2021, 6, 30)
    moved = annex_2020().redated(batch="2", to=later)
    assert all(row.exit_date == later for row in moved.occupations if row.batch == "2")
    assert [r for r in moved.occupations if r.batch != "2"] == [r for r in annex_2020().occupations if r.batch != "2"]
    assert moved.prove(totals_2020()) == []


def test_redating_an_occupation_moves_it_alone() -> None:
    moved = annex_2020().redated(occupation="（粮油）仓储管理员", to=date(2021, 1, 31))
    changed = [new for old, new in zip(annex_2020().occupations, moved.occupations, strict=True) if old != new]
    assert [(row.occupation, row.exit_date) for row in changed] == [("(粮油)仓储管理员", date(2021, 1, 31))]


@pytest.mark.parametrize("which", [{"batch": "3"}, {"batch": ACCESS}, {"occupation": "消防员"}, {}])
def test_a_redating_that_makes_no_sense_is_refused(which: dict[str, str]) -> None:
    with pytest.raises(CatalogRefused):
        annex_2020().redated(to=date(2021, 1, 1), **which)


def test_redating_an_unknown_occupation_names_near_ones() -> None:
    with pytest.raises(UnknownOccupation, match="电工"):
        annex_2020().redated(occupation="维修电工", to=date(2021, 1, 1))


def test_a_byte_order_mark_blank_lines_and_other_column_orders_are_fine() -> None:
    header = "\ufeffbatch,item,qualification,occupation,departments\r\n"
    text = header + "2,1,修理人员, 电工 ,甲部、乙部\r\n\r\n1,1,修理人员,钳工,甲部\r\n"
    rows = load(text, TOTALS).occupations
    assert [(row.occupation, row.departments, row.exit_date) for row in rows] == [
        ("电工", ("甲部", "乙部"), BATCH_2),
        ("钳工", ("甲部",), BATCH_1),
    ]


def test_every_problem_is_listed_with_its_line() -> None:
    wrong = "1,修理人员,钳工,甲部,1\n1,装配人员,车工,甲部,9\nx,装配人员,铣工,甲部,1\n2,装配人员,,甲部,1\n"
    text = HEADER + ROWS + wrong
    found = problems(text)
    assert found[:4] == [
        "第4行：职业“钳工”重复",
        "第5行：批次应为1、2之一，实为“9”",
        "第6行：序号应为正整数，实为“x”",
        "第7行：occupation不能为空",
    ]
    assert found[4:] == ["职业总数应为2，实为3", "批次1的职业数应为1，实为2"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "缺少列item"),
        ("item,qualification,occupation,batch\n", "缺少列departments"),
        (HEADER, "职业总数应为2，实为0"),
        (HEADER + "1,修理人员,电工\n", "第2行：departments、batch不能为空"),
        (HEADER + "2,甲,电工,甲部,2\n1,乙,钳工,甲部,1\n", "第3行：序号1排在2之后"),
        (HEADER + "1,甲,电工,甲部,2\n1,乙,钳工,甲部,1\n", "第3行：序号1的职业资格名称前后不一"),
        (HEADER + "²,甲,电工,甲部,2\n", "第2行：序号应为正整数"),
        (HEADER + "x" * 1_000_001, "文件过大"),
        (HEADER + "1,甲," + "长" * 200_000, "不是有效的CSV"),
    ],
)
def test_what_is_not_an_annex_is_refused(text: str, why: str) -> None:
    assert any(why in problem for problem in problems(text))


@given(st.text(max_size=200))
def test_no_text_whatever_gets_in_without_proving_its_totals(text: str) -> None:
    for tried in (text, HEADER + text):
        assert problems(tried)


@pytest.mark.parametrize(
    "text",
    [
        "items = ",
        "source = 'x'\nitems = 1\noccupations = 1\n[batches.1]\noccupations = 1\n",
        "source = 'x'\nitems = 1\noccupations = 1\n[batches.access]\noccupations = 1\nexit_date = 2020-01-01\n",
        "source = 'x'\nitems = 'many'\noccupations = 1\n[batches.1]\noccupations = 1\nexit_date = 2020-01-01\n",
    ],
)
def test_totals_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(CatalogRefused, match="汇总数文件有误"):
        read_totals(text)


def test_an_empty_catalog_proves_nothing() -> None:
    assert len(Catalog(()).prove(totals_2020())) == 7
