"""One reading for rosters, prompt, scenarios and forms: what people write, and what is asked back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coercion.centres import centre
from services.coercion.choices import cohort, id_type, result
from services.coercion.dates import EARLIEST, LATEST, day
from services.coercion.fields import READINGS, id_number
from services.coercion.levels import level
from services.coercion.money import fen
from services.coercion.names import person_name
from services.coercion.phones import telephone
from services.coercion.radicals import CHARACTERS
from services.coercion.values import BadValue, characters, code, text
from states.reference.centres import centres
from states.reference.identity import make_id_number
from states.words import Cohort, ExamResult, IdType


def why(read: Any, value: Any) -> str:
    with pytest.raises(BadValue) as bad:
        read(value)
    return str(bad.value)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *((w, 5) for w in ("5", 5, 5.0, "五级", "初级", "初级工", "五级/初级工", "5级", "V", "Ⅴ", "五级（初级工）")),
        *((w, 4) for w in ("4级", "IV", "iv", "Ⅳ", "四级工", "中级工", "中级", "四级／中级工", "中级工（四级）", "４")),
        *((w, 3) for w in ("III", "高级工", "高级", "三级/高级工", "国家职业资格三级", "职业技能等级三级")),
        *((w, 2) for w in ("技师", "二级/技师", "二级技师", "II")),
        *((w, 1) for w in ("高级技师", "一级", "I", "一级、高级技师")),
    ],
)
def test_a_level_in_every_usual_writing(written: Any, expected: int) -> None:
    assert level(written) == expected


@pytest.mark.parametrize("written", ["九级", "6", "0", "特级技师", "初", "四级五级", "VI", ""])
def test_what_is_no_level_is_asked(written: str) -> None:
    assert "应写作" in why(level, written) or "自相矛盾" in why(level, written)


@pytest.mark.parametrize("written", ["三级/技师", "四级（高级工）", "初级工/四级"])
def test_a_level_that_contradicts_itself_is_asked(written: str) -> None:
    assert "自相矛盾" in why(level, written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("280", 28_000), (280.5, 28_050), ("280元", 28_000), ("￥280.00", 28_000), ("1,280.00", 128_000),
        ("２８０", 28_000), ("免费", 0), ("免收", 0), ("减免", 0), (0, 0),
    ],
)  # fmt: skip
def test_a_fee_as_people_write_it(written: Any, expected: int) -> None:
    assert fen(written) == expected


@pytest.mark.parametrize("written", ["280.005", "二百八十", -1, "1e99", "nan", True])
def test_what_is_no_fee_is_asked(written: Any) -> None:
    assert why(fen, written)


@pytest.mark.parametrize(
    "written",
    [
        "2020.8.31", "20200831", "2020年8月31日", "2020/8/31", "2020-8-31", "2020-08-31 00:00:00", "2020 8 31",
        "2020、8、31", "2020.8.31.", "二〇二〇年八月三十一日", "2020\\8\\31", "'2020-08-31", date(2020, 8, 31),
        datetime(2020, 8, 31, 9, 30),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_date_in_every_writing_with_one_meaning(written: Any) -> None:
    assert day(written) == date(2020, 8, 31)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("20.8.31", "两位"), ("8/31/2020", "分不清月和日"), ("31/8/2020", "分不清月和日"), ("2020.8", "没有日"),
        ("2020年08月", "没有日"), ("44074", "2020-08-31"), (44074.0, "2020-08-31"), ("2020-8-31（补）", "应写作"),
        ("2020-02-30", "应写作"), ("0020-08-31", "年份"), (date(20, 8, 31), "年份"), ("2920-08-31", "年份"),
    ],
)  # fmt: skip
def test_a_date_with_two_meanings_or_none_is_asked(written: Any, said: str) -> None:
    assert said in why(day, written)


@given(st.dates(EARLIEST, LATEST))
def test_every_plausible_day_is_read_back(on: date) -> None:
    assert day(on.isoformat()) == day(f"{on:%Y%m%d}") == day(f"{on.year}年{on.month}月{on.day}日") == on


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("王 明", "王明"), ("王\u3000明", "王明"), ("张三\n", "张三"), ("张\n三", "张三"), ("ＬＥＥ", "LEE"),
        ("John  Smith", "John Smith"), ("〇〇", "〇〇"), ("𠮷田", "𠮷田"), ("⻩⼩⽂", "黄小文"), ("⾼⻓⼭", "高长山"),
        *((f"买买提{dot}吐尔逊", "买买提·吐尔逊") for dot in "·•．・‧∙"), ("考生1", "考生1"),
    ],
)  # fmt: skip
def test_a_name_is_kept_in_one_writing(written: str, expected: str) -> None:
    assert person_name(written) == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("张三（退役军人）", "备注"), ("王晓[沛]", "本字"), ("李？", "U+003F"), ("李?明", "U+003F"), ("赵□", "U+25A1"),
        ("赵_", "U+005F"), ("王洁*", "U+002A"), ("张■", "U+25A0"), ("孙\ufffd明", "U+FFFD"), ("王xiao明", "拼音"),
        ("李\u200b四", "U+200B"), ("李\u202e四", "U+202E"), ("李\x1b四", "U+001B"), ("王\ue123", "U+E123"),
        ("张三 李四", "两个人"), ("同上", "同上"), ("#N/A", "#N/A"), ("⺡明", "U+2EA1"), (date(2020, 1, 1), "日期"),
    ],
)  # fmt: skip
def test_what_no_name_holds_is_asked_and_named(written: Any, said: str) -> None:
    assert said in why(person_name, written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (13800000000.0, "13800000000"), ("138-0000-0000", "13800000000"), ("138 0000 0000", "13800000000"),
        ("+86 13800000000", "13800000000"), ("0731-88888888转801", "0731-88888888转801"),
        ("(0731)88888888", "0731-88888888"), ("073188888888", "0731-88888888"), ("88888888", "88888888"),
        ("0731－88888888", "0731-88888888"), ("13800000000/0731-88888888", "13800000000、0731-88888888"),
        ("400-800-1234", "400-800-1234"), ("+852-91234567", "+852-91234567"),
        ("0731-88888888-801", "0731-88888888转801"),
    ],
)  # fmt: skip
def test_a_telephone_is_kept_in_one_writing(written: Any, expected: str) -> None:
    assert telephone(written) == expected


@pytest.mark.parametrize("written", ["芙蓉区示例路2号", "1380000000", "731", "7318888888", "123456789012"])
def test_what_is_no_telephone_is_told(written: str) -> None:
    assert "不是电话号码" in why(telephone, written)


@pytest.mark.parametrize(
    "written", ["430100", "430102", "长沙", "长沙市", "长沙市职业技能鉴定中心", "长鉴", "４３０１００"]
)
def test_a_centre_by_code_district_or_name(written: str) -> None:
    assert centre(written, centres().values()) == "430100"


def test_every_centre_is_found_by_its_names_and_the_unknown_is_refused() -> None:
    known = centres().values()
    for one in known:
        for name in (one.code, one.short, one.name, one.name.removesuffix("职业技能鉴定中心")):
            assert centre(name, known) == one.code
    assert centre("湘西州", known) == "433100"
    for nobody in ("430000000", "999999", "430001", "上海", "中心", ""):
        assert why(lambda value: centre(value, known), nobody)


def test_two_possible_centres_are_asked() -> None:
    class Other:
        code, name, short = "430199", "长沙市鉴定中心", "长二"

    assert "430100" in why(lambda value: centre(value, [*centres().values(), Other()]), "长沙")


NUMBER = make_id_number("430102", date(1974, 5, 5), 4)


@pytest.mark.parametrize(
    "written",
    [f'="{NUMBER}"', f"'{NUMBER}", f"`{NUMBER}", f"‘{NUMBER}", f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} "],
)
def test_the_marks_that_keep_a_number_text_are_no_part_of_it(written: str) -> None:
    assert id_number(written) == NUMBER


@pytest.mark.parametrize("sign", ["Х", "Χ", "×", "ｘ", "x", "╳"])
def test_what_looks_like_an_x_in_a_number_is_one(sign: str) -> None:
    assert id_number(NUMBER[:-1] + sign) == NUMBER


def test_words_for_the_few_values_of_a_field() -> None:
    assert (result("合格"), result("absent"), result("不及格")) == (
        ExamResult.PASSED,
        ExamResult.ABSENT,
        ExamResult.FAILED,
    )
    assert cohort("新型学徒") is Cohort.NEW_APPRENTICE
    assert (id_type("护照"), id_type("回乡证")) == (IdType.PASSPORT, IdType.HONG_KONG_MACAO_PERMIT)
    assert "合格、不合格或缺考" in why(result, "良好")


def test_a_long_number_that_excel_cut_is_told() -> None:
    assert "末几位已丢失" in why(code, 430102199001010012)


def test_radicals_become_characters_only_where_that_is_certain() -> None:
    assert characters("湖南省⻓沙市⻩兴路") == "湖南省长沙市黄兴路"
    assert all(len(sign) == len(mended) == 1 and mended.isprintable() for sign, mended in CHARACTERS.items())
    assert "U+2EA1" in why(characters, "⺡")


@given(st.text(max_size=40))
def test_no_text_breaks_a_reading(written: str) -> None:
    for read in (*READINGS.values(), text):
        with suppress(BadValue):
            read(written)
