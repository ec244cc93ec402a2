from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.failures import SealMissing, SealNotGenuine
from letters.model import data_hash
from letters.qr import ALPHANUMERIC
from letters.renderer import Renderer
from letters.seal import Signer, verify_code
from letters.verify import verify_pdf
from states import crockford
from tests.letters.samples import CASE, sample


def test_a_genuine_code_says_what_the_letter_is(signer: Signer) -> None:
    data = sample("exit_notice", rehearsal=True)
    facts = verify_code(signer.code(data), [signer.public_key])
    assert (facts.number, facts.on, facts.case, facts.rehearsal) == (
        "长鉴退告〔2020〕17号",
        date(2020, 9, 30),
        CASE,
        True,
    )
    assert (facts.kind, facts.data_hash) == ("exit_notice", data_hash(data))


def test_a_code_names_nobody_and_fits_a_qr(signer: Signer) -> None:
    data = sample("exit_notice")
    code = signer.code(data)
    assert set(code) <= set(ALPHANUMERIC)
    raw = crockford.decode(code)
    for datum in (data.name, data.id_number):
        for encoding in ("utf-8", "gb18030"):
            assert datum.encode(encoding) not in raw


@given(st.data())
def test_no_changed_character_goes_unnoticed(data: st.DataObject) -> None:
    signer = _ONE
    code = signer.code(sample("exit_notice"))
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(crockford.ALPHABET.decode()))
    changed = code[:at] + other + code[at + 1 :]
    if changed != code:
        with pytest.raises(SealNotGenuine):
            verify_code(changed, [signer.public_key])


@given(st.text(max_size=300))
def test_any_other_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(SealNotGenuine):
        verify_code(text, [_ONE.public_key])


def test_another_key_is_not_ours_and_an_older_one_still_is(signer: Signer, tmp_path: Path) -> None:
    other = Signer.fresh()
    code = other.code(sample("exit_notice"))
    with pytest.raises(SealNotGenuine):
        verify_code(code, [signer.public_key])
    assert verify_code(code, [signer.public_key, other.public_key]).case == CASE


def test_hyphens_small_letters_and_addresses_are_forgiven(signer: Signer) -> None:
    code = signer.code(sample("exit_notice"))
    typed = "-".join(code[at : at + 5] for at in range(0, len(code), 5)).lower()
    assert verify_code(typed, [signer.public_key]).case == CASE
    assert verify_code(f"HTTPS://JD.EXAMPLE.CN/V/{code}", [signer.public_key]).case == CASE


def test_the_seal_is_read_back_from_the_pdf(renderer: Renderer, signer: Signer) -> None:
    letter = renderer.render(sample("refund_notice"))
    verified = verify_pdf(letter.pdf, [signer.public_key])
    assert verified.facts.number == "长鉴退费〔2020〕17号"
    assert verified.sha256 == letter.sha256
    assert letter.data_hash == verified.facts.data_hash


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\0" * 4096])
def test_what_is_no_letter_of_ours_has_no_seal(junk: bytes, signer: Signer) -> None:
    with pytest.raises(SealMissing):
        verify_pdf(junk, [signer.public_key])


def test_a_pdf_with_a_changed_code_is_refused(renderer: Renderer, signer: Signer) -> None:
    letter = renderer.render(sample("refund_notice"))
    code = verify_pdf(letter.pdf, [signer.public_key]).code.encode()
    assert code in letter.pdf
    forged = code[:40] + (b"A" if code[40:41] != b"A" else b"B") + code[41:]
    with pytest.raises(SealNotGenuine):
        verify_pdf(letter.pdf.replace(code, forged), [signer.public_key])


def _one() -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


_ONE = _one()


# A code of version 1 under the key of these tests: letters outlive the programs that made them.
OLD = (
    "0400PGDE008J4CT4ANK7F24S2AST9F7RSBEA3CHJ60S318DK64VVNH8G6GSK0C9G60S30CHG60R30C1H6Y6R33E8X10KKYBB3M1KEZQK1AEGA8ST1"
    "PSTJMFEDEDFAMR9AJZG149TPGHXEB5NVQB9XZAPR3YYBM7PCT0HB4XY7WMH8VZR0VM7WWR9"
)


def test_a_code_printed_before_codes_named_their_kind_is_still_read() -> None:
    facts = verify_code(OLD, [_ONE.public_key])
    assert (facts.kind, facts.number, facts.case) == ("", "长鉴受〔2020〕17号", "4301002020000017")
    assert facts.data_hash == "00112233445566778899"
