"""QR codes fast enough for every letter: the fixed part of a symbol is kept, only data and Reed–Solomon are done anew.

segno needs about ten milliseconds a symbol, most of it for choosing among eight masks. Our data are a signature, hence
as good as random, and any mask serves: it is always mask 3. A test holds every symbol against segno's.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any

import segno
from segno import consts, encoder

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MASK = 3
_LEVEL = consts.ERROR_LEVEL_M
_VALUES = {sign: value for value, sign in enumerate(ALPHANUMERIC)}
_FREE = 2  # what segno fills a module with that belongs to no pattern
_MAX_VERSION = 20
_BLOCKS: Any = consts.ECC
_LIGHT = "-"


class Symbols:
    """All symbols of one version, error correction level M."""

    def __init__(self, version: int) -> None:
        blank = segno.make("0", version=version, error="m", boost_error=False, mask=MASK)
        self.size = len(blank.matrix)
        groups: Any = _BLOCKS[version][_LEVEL]
        self.blocks: list[tuple[int, int]] = [
            (ec.num_data, ec.num_total - ec.num_data) for ec in groups for _ in range(ec.num_blocks)
        ]
        self.capacity: int = sum(data for data, _ in self.blocks)
        self.count_bits = 9 if version < 10 else 11
        path = _zigzag(self.size)
        self._mask = int("".join("1" if (x + y) % 3 == 0 else "0" for x, y in path), 2)
        self._length = len(path)
        self._spare = self._length - 8 * sum(data + check for data, check in self.blocks)
        place = {spot: index for index, spot in enumerate(path)}
        fixed = len(path)
        self._order = itemgetter(
            *(
                place[x, y] if (x, y) in place else fixed + bool(blank.matrix[y][x])
                for y in range(self.size)
                for x in range(self.size)
            )
        )

    def holds(self, length: int) -> bool:
        """Whether `length` alphanumeric characters fit."""
        bits = 4 + self.count_bits + length // 2 * 11 + length % 2 * 6
        return bits <= 8 * self.capacity

    def modules(self, text: str) -> str:
        """The symbol of `text` row by row, without quiet zone: grey values 0 (dark) and 255, comma-separated."""
        words = self._codewords(text)
        data, checks, at = [], [], 0
        for length, check in self.blocks:
            block = words[at : at + length]
            data.append(block)
            checks.append(_remainder(block, check))
            at += length
        woven = bytes(word for word in chain(_weave(data), _weave(checks)))
        bits = (int.from_bytes(woven, "big") << self._spare) ^ self._mask
        placed = ",".join(self._order(f"{bits:0{self._length}b}01"))
        return placed.replace("0", _LIGHT).replace("1", "0").replace(_LIGHT, "255")

    def _codewords(self, text: str) -> bytes:
        values = [_VALUES[sign] for sign in text]
        pairs = zip(values[::2], values[1::2], strict=False)
        bits = [f"0010{len(text):0{self.count_bits}b}", *(f"{45 * first + second:011b}" for first, second in pairs)]
        if len(values) % 2:
            bits.append(f"{values[-1]:06b}")
        stream = "".join(bits)
        stream += "0" * min(4, 8 * self.capacity - len(stream))
        stream += "0" * (-len(stream) % 8)
        words = int(stream, 2).to_bytes(len(stream) // 8, "big")
        return words + (b"\xec\x11" * self.capacity)[: self.capacity - len(words)]


@cache
def symbols(version: int) -> Symbols:
    """The symbols of `version`, prepared once."""
    return Symbols(version)


def symbol_for(length: int) -> Symbols:
    """The smallest symbols that hold `length` alphanumeric characters. Raises ValueError beyond version 20."""
    return symbols(_version_for(length))


@lru_cache(maxsize=1024)
def _version_for(length: int) -> int:
    for version in range(5, _MAX_VERSION + 1):
        if symbols(version).holds(length):
            return version
    raise ValueError(f"{length} characters are too many for a QR code on a letter")


def _zigzag(size: int) -> list[tuple[int, int]]:
    """The free modules in the order of ISO/IEC 18004, 7.7.3: two columns at a time, from the right, up and down."""
    draw: Any = encoder
    frame = draw.make_matrix(size, size)
    draw.add_finder_patterns(frame, size, size)
    draw.add_alignment_patterns(frame, size, size)
    path, upward = [], True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for y in range(size - 1, -1, -1) if upward else range(size):
            path += [(x, y) for x in (right, right - 1) if frame[y][x] == _FREE]
        upward = not upward
    return path


def _weave(blocks: list[bytes]) -> list[int]:
    return [word for words in zip_longest(*blocks) for word in words if word is not None]


@cache
def _multiples(check: int) -> tuple[int, ...]:
    """For every leading byte, the multiple of the generator polynomial that cancels it, its tail as one integer."""
    log, exp, generator = consts.GALIOS_LOG, consts.GALIOS_EXP, consts.GEN_POLY[check]
    tails = [bytes(exp[(log[lead] + power) % 255] for power in generator) for lead in range(1, 256)]
    return (0, *(int.from_bytes(tail, "big") for tail in tails))


def _remainder(block: bytes, check: int) -> bytes:
    """The `check` Reed–Solomon codewords of `block`."""
    multiples, top, keep, rest = _multiples(check), 8 * (check - 1), (1 << 8 * (check - 1)) - 1, 0
    for word in block:
        rest = ((rest & keep) << 8) ^ multiples[(rest >> top) ^ word]
    return rest.to_bytes(check, "big")
