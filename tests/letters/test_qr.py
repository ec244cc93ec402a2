import random

import pytest
import segno

from letters.qr import ALPHANUMERIC, MASK, symbol_for


@pytest.mark.parametrize("length", [60, 101, 150, 180, 197, 220, 221, 230, 262, 300, 401, 500])
def test_our_symbols_are_segnos(length: int) -> None:
    text = "".join(random.Random(length).choices(ALPHANUMERIC[10:36], k=length))
    symbol = symbol_for(length)
    expected = segno.make(text, version=(symbol.size - 17) // 4, error="m", boost_error=False, mask=MASK)
    assert symbol.modules(text) == ",".join("0" if dark else "255" for row in expected.matrix for dark in row)


def test_the_smallest_symbol_is_taken() -> None:
    assert symbol_for(221).size == 49
    assert symbol_for(222).size == 53


def test_what_no_letter_needs_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        symbol_for(2000)
