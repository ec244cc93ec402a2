"""docs/fidelity.md against the documents' own words, and every reference in it against what exists."""

from __future__ import annotations

import ast
import hashlib
import re
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from letters.grounds import GROUNDS, clause_for, written_out
from settings import PROJECT
from states.words import DocumentKind

PAGE = PROJECT / "docs" / "fidelity.md"

# SHA-256 of each document from its first sentence to the signature, without white space, asterisks and page marks.
DIGESTS = {
    "25": "7f35a6630b8be65ff80b1ed8c2cae8b7aa9d53bb3883017a29a5ff49af336fc0",
    "80": "14fafc9181c22a209972f61288a02ecb613f50efbaad1a13a1689564b1072569",
    "44": "c6610218fef7e239bfc913a52b78f28af3f26311aaec7d464b2bc71d796d1e86",
}


class Sentence(NamedTuple):
    """One entry of the page: its number, the words quoted, and what keeps it as (label, the rest of the line)."""

    number: str
    quoted: str
    kept_by: tuple[tuple[str, str], ...]

    def named(self, label: str) -> list[str]:
        """What stands in backquotes in the lines so labelled."""
        return [re.findall(r"`([^`]+)`", rest)[0] for found, rest in self.kept_by if found == label]


def read(text: str) -> list[Sentence]:
    found = []
    for entry in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        number, quoted, rest = re.fullmatch(r"(\S+)\n> (.+)\n((?:.|\n)*)", entry).groups()  # type: ignore[union-attr]
        kept = re.findall(r"^- (Rule|Test|Letter|Non-goal|Recital): (.+)$", rest, flags=re.MULTILINE)
        found.append(Sentence(number, quoted, tuple(kept)))
    return found


SENTENCES = read(PAGE.read_text(encoding="utf-8"))


def each(label: str) -> list[str]:
    return sorted({name for sentence in SENTENCES for name in sentence.named(label)})


@pytest.mark.parametrize("document", DIGESTS)
def test_the_page_quotes_each_document_whole_and_each_sentence_once(document: str) -> None:
    quoted = [one.quoted for one in SENTENCES if one.number.startswith(document)]
    assert hashlib.sha256("".join(quoted).encode()).hexdigest() == DIGESTS[document]
    assert all(re.fullmatch(r"[^。；]+[。；]?", words) for words in quoted), "one sentence an entry"


def test_the_entries_are_numbered_in_their_order() -> None:
    expected = [
        f"{document}-{n:02d}"
        for document in DIGESTS
        for n, _ in enumerate([one for one in SENTENCES if one.number.startswith(document)], 1)
    ]
    assert [one.number for one in SENTENCES] == expected


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one.number)
def test_a_sentence_is_kept_by_rule_and_test_or_left_with_a_reason(sentence: Sentence) -> None:
    labels = {label for label, _ in sentence.kept_by}
    assert {"Rule", "Test"} <= labels or labels in ({"Non-goal"}, {"Recital"}), sentence.kept_by
    assert all(len(rest) > 20 for label, rest in sentence.kept_by if label in ("Non-goal", "Recital"))


@pytest.mark.parametrize("rule", each("Rule"))
def test_every_rule_named_exists(rule: str) -> None:
    module, _, path = rule.partition(":")
    found: object = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)


@pytest.mark.parametrize("node", each("Test"))
def test_every_test_named_exists(node: str) -> None:
    path, _, name = node.partition("::")
    assert (PROJECT / path).is_file()
    assert path.endswith(".yaml") or name in functions(PROJECT / path)


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("letter", each("Letter"))
def test_every_letter_named_is_sent_on_that_occasion(letter: str) -> None:
    kind, _, occasion = letter.partition("/")
    assert kind in set(DocumentKind)
    assert occasion in GROUNDS[kind]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one.number)
def test_the_clause_named_is_the_one_that_the_letter_cites(sentence: Sentence) -> None:
    for label, rest in sentence.kept_by:
        if label == "Letter":
            _, letter, clause = rest.split("`")
            paper, article = written_out(clause.strip()).split("号第")
            cited = clause_for(*letter.split("/"))
            assert f"{paper}号" in cited and f"第{article}" in cited, (letter, clause, cited)
