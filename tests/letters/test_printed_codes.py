"""What is printed is read back by others' means: zxing for the symbol, long division for the text in it."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from letters.kinds import KINDS
from letters.model import LetterData, data_hash
from letters.renderer import NO_SEAL, Renderer
from letters.seal import KIND_CODES, Signer
from tests.letters.reading import text
from tests.letters.samples import CASE, sample

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = "7Q4M-0ZRC-9D2K-XV81"


def scanned(pdf: bytes, dpi: int = 200) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        image = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    document.close()
    return found


def decoded(code: str) -> bytes:
    """Crockford's base 32, by long division instead of by bytes."""
    value = 0
    for sign in code:
        value = value * 32 + SIGNS.index(sign)
    size = len(code) * 5 // 8
    return (value >> (len(code) * 5 - size * 8)).to_bytes(size, "big")


@pytest.mark.parametrize("kind", ["registration_receipt", "exam_result", "refund_notice"])
def test_the_symbol_on_paper_holds_a_signature_over_what_the_letter_is(
    renderer: Renderer, signer: Signer, kind: str
) -> None:
    data: LetterData = sample(kind)
    letter = renderer.render(data, CHECK)
    (address,) = scanned(letter.pdf)
    assert address.startswith("HTTPS://JD.EXAMPLE.CN/V/")
    raw = decoded(address.rpartition("/")[2])
    payload, signature = raw[:-64], raw[-64:]
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signature, b"jianding letter seal\0" + payload)
    assert payload[0] == 2 and payload[1] == 0
    assert KIND_CODES[payload[2]] == kind
    assert date(1, 1, 1) + timedelta(days=int.from_bytes(payload[3:6], "big") - 1) == data.on
    assert payload[6:38].hex() == data_hash(data)
    assert int.from_bytes(payload[38:45], "big") == int(CASE)
    assert payload[45:].decode("gb18030") == data.number


def test_the_check_code_is_printed_as_it_is_to_be_typed(renderer: Renderer) -> None:
    assert f"校验码：{CHECK}" in text(renderer.render(sample("registration_receipt"), CHECK).pdf)


def test_a_preview_says_in_words_and_in_its_symbol_that_it_is_none(renderer: Renderer) -> None:
    pdf = renderer.preview(sample("registration_receipt")).pdf
    assert scanned(pdf) == [NO_SEAL]
    assert "预览件，未盖防伪章" in text(pdf)


def test_every_kind_of_letter_has_a_code_of_its_own() -> None:
    assert set(KIND_CODES) == set(KINDS)
    assert len(set(KIND_CODES)) == len(KIND_CODES)
