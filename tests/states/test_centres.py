"""The registry of centres: Hunan's fifteen, and what a registry is refused for."""

import csv

import pytest

from states.reference.centres import COLUMNS, CentresRefused, centres, load_centres
from states.reference.numbers import CertificateNumber

ROW = {
    "code": "430100",
    "short": "长鉴",
    "name": "长沙市职业技能鉴定中心",
    "address": "湖南省长沙市岳麓区示例路1号",
    "phone": "0731-80000011",
    "hotline": "12333",
    "area": "18",
    "city": "01",
    "body_type": "0",
    "body_serial": "000",
    "organisation": "长沙市技能人才评价协会",
}
OTHER = ROW | {"code": "430200", "short": "株鉴", "city": "02"}


def written(*rows: dict[str, str], header: list[str] | None = None) -> str:
    names = header or list(COLUMNS)
    return "\n".join([",".join(names), *(",".join(row[name] for name in names) for row in rows)])


def problems(text: str) -> list[str]:
    with pytest.raises(CentresRefused) as refused:
        load_centres(text)
    return refused.value.problems


def test_the_province_and_its_fourteen_prefectures_are_there() -> None:
    assert list(centres()) == [
        "430000", *(f"43{n:02d}00" for n in range(1, 14)), "433100"
    ]  # fmt: skip
    assert centres()["430100"].name == "长沙市职业技能鉴定中心"
    assert centres()["430100"].short == "长鉴"
    assert centres()["433100"].name == "湘西土家族苗族自治州职业技能鉴定中心"
    assert centres()["430000"].short == "湘鉴"
    assert "440100" not in centres()


def test_every_centre_can_make_its_certificate_numbers() -> None:
    for centre in centres().values():
        own = CertificateNumber(
            year=20,
            area=centre.area,
            city=centre.city,
            body_type=centre.body_type,
            body_serial=centre.body_serial,
            level=3,
            sequence=1,
        )
        assert CertificateNumber.parse(str(own)) == own


def test_an_archived_changsha_number_names_the_changsha_centre() -> None:
    number, centre = CertificateNumber.parse("1918010000400123"), centres()["430100"]
    assert (number.area, number.city) == (centre.area, centre.city)
    assert (number.body_type, number.body_serial) == (centre.body_type, centre.body_serial)


def test_the_registry_cannot_be_changed_in_passing() -> None:
    with pytest.raises(TypeError):
        centres()["430100"] = centres()["430200"]  # type: ignore[index]


def test_column_order_and_a_byte_order_mark_do_not_matter() -> None:
    loaded = load_centres("\ufeff" + written(ROW, OTHER, header=list(reversed(COLUMNS))))
    assert list(loaded) == ["430100", "430200"]
    assert loaded["430100"].hotline == "12333"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "4301"),
        ("code", "４３０１００"),
        ("short", ""),
        ("short", "长 鉴"),
        ("name", ""),
        ("phone", "电话"),
        ("hotline", ""),
        ("city", "1"),
        ("body_serial", "0"),
        ("body_type", "5"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(column: str, value: str) -> None:
    [problem] = problems(written(OTHER, ROW | {column: value}))
    assert problem.startswith(f"第3行：{column}")


@pytest.mark.parametrize("same", [["code"], ["short"], ["city"]])
def test_two_centres_may_not_share_what_makes_a_number(same: list[str]) -> None:
    [problem] = problems(written(ROW, OTHER | {name: ROW[name] for name in same}))
    assert problem.startswith("第3行：")
    assert problem.endswith("与第2行相同")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "缺少列code"),
        (written(ROW, header=list(COLUMNS)[1:]), "缺少列code"),
        (written(), "没有鉴定中心"),
        (written() + "\n430100", "short应为"),
        (written() + "\n" + "1" * (csv.field_size_limit() + 1), "不是有效的CSV"),
        ("x" * 1_000_001, "文件过大"),
    ],
)
def test_what_is_no_registry_is_refused(text: str, why: str) -> None:
    assert any(why in problem for problem in problems(text))


def test_a_name_that_no_letterhead_holds_is_refused() -> None:
    assert load_centres(written({**ROW, "name": "长" * 26}))["430100"].name == "长" * 26
    with pytest.raises(CentresRefused, match="name应为1至26个字"):
        load_centres(written({**ROW, "name": "长" * 27}))
