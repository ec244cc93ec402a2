"""Letters as files: kept once, checked whenever they leave, and made again byte for byte when they are missing."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from letters.model import Letter, LetterData, read_letter
from records.case.documents import OnFile, filed_documents, on_file
from records.store.database import Database
from states.refusals import Refusal
from storage.store import NotStored, Store

log = logging.getLogger(__name__)
Render = Callable[[LetterData, str, str], Letter]
"""From data, 校验码 and the signed code it was filed with to the letter."""
_PAGE = 500


class LetterLost(Exception):
    """A letter's file is missing or altered, and what would be made today is not what was filed.

    Its wording, its layout or its faces have changed since; only a backup has it.
    """

    def __init__(self, number: str) -> None:
        """`number` is the letter's."""
        super().__init__(f"文书 {number} 的文件缺失或被改动，且模板已变，不能原样重制：请从备份恢复该文件")
        self.number = number


class Amiss(NamedTuple):
    """A letter on record whose file is not what it was."""

    id: int
    case: str
    number: str
    path: str
    why: str
    """missing or altered"""


class Mended(NamedTuple):
    """How many letters were made again, and which could not be: only a backup has those."""

    made: int
    lost: tuple[Amiss, ...]


class LetterFiles:
    """The files of one place's letters. Thread-safe as far as `render` is."""

    def __init__(self, database: Database, store: Store, render: Render) -> None:
        """`store` is where letters lie; `render` is only called for a letter that has to be made again."""
        self._database = database
        self._store = store
        self._render = render

    def put(self, path: str, pdf: bytes) -> None:
        """Keeps a letter that has just been made. It need not be synced: it can always be made again."""
        self._store.put(path, pdf, synced=False)

    def bytes_of(self, document: int) -> bytes:
        """The letter `document` (its id) exactly as it was filed.

        A file that is missing is made again; one that was altered is put aside as evidence, and made again too.
        Raises NotAsRecorded where the record of it was altered, NotStored for a letter that was never filed,
        LetterLost, BadName, StoreAway or OSError.
        """
        with self._database.reading() as connection:
            letter = on_file(connection, document)
        if letter is None:
            raise NotStored(f"#{document}")
        return self.exactly(letter)

    def exactly(self, letter: OnFile) -> bytes:
        """The bytes of `letter`, which hash to what is on record. Raises as `bytes_of` does."""
        try:
            pdf = self._store.get(letter.path)
        except NotStored:
            log.warning("the file of document %s of case %s is missing", letter.id, letter.case_number)
            return self._again(letter)
        if _hash(pdf) == letter.sha256:
            return pdf
        log.error("the file of document %s of case %s was altered", letter.id, letter.case_number)
        self._store.put(f"altered/{_hash(pdf)[:16]}/{letter.path}", pdf)
        return self._again(letter)

    def amiss(self) -> Iterator[Amiss]:
        """Every letter on record whose file is missing or altered; reads every file once."""
        for letter in self._all():
            try:
                same = _hash(self._store.get(letter.path)) == letter.sha256
            except NotStored:
                yield _amiss(letter, "missing")
                continue
            if not same:
                yield _amiss(letter, "altered")

    def missing(self) -> Iterator[Amiss]:
        """Every letter on record that has no file; only looks at names."""
        there = {stored.name for stored in self._store.list()}
        yield from (_amiss(letter, "missing") for letter in self._all() if letter.path not in there)

    def mend(self) -> Mended:
        """Makes every letter again whose file is missing or altered; what cannot be made as it was is named."""
        made, lost = 0, []
        for one in list(self.amiss()):
            try:
                self.bytes_of(one.id)
                made += 1
            except (LetterLost, Refusal):
                lost.append(one)
        return Mended(made, tuple(lost))

    def _all(self) -> Iterator[OnFile]:
        after = 0
        while True:
            with self._database.reading() as connection:
                page = filed_documents(connection, after, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def _again(self, letter: OnFile) -> bytes:
        """Makes the letter from the data on record and keeps it, if it comes out as it was."""
        made = self._render(read_letter(letter.data), letter.check, letter.code)
        if made.sha256 != letter.sha256:
            raise LetterLost(letter.number)
        self._store.put(letter.path, made.pdf)
        log.warning("document %s of case %s was made again as it was", letter.id, letter.case_number)
        return made.pdf


def _amiss(letter: OnFile, why: str) -> Amiss:
    return Amiss(letter.id, letter.case_number, letter.number, letter.path, why)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
