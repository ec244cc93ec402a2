"""Wording templates: read, judged and compiled once, then filled with one letter's data.

Offices edit wording, so a template is a guest in our process. What it may use is a short list, checked when it is
read: text, fields, our filters, conditions, and loops over what is written out in front of them. Nothing on that list
can run away, so no letter needs a stopwatch; lengths are capped on top.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from letters.escaping import markup
from letters.failures import WordingBroken, WordingNotAllowed, WordingTooLong
from letters.markup_guard import forbidden
from letters.model import LetterData
from letters.wording import FILTERS

MAX_LOOP = 50
MAX_TEMPLATE = 20_000
MAX_DATUM = 600
MAX_DRAFT = 24_000

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.For,
    nodes.Assign,
    nodes.Test,
)


class Drafter:
    """The compiled wordings of one folder. Thread-safe: nothing changes after construction."""

    def __init__(self, folder: Path) -> None:
        """Reads every `<kind>.typ.j2`; raises WordingNotAllowed or WordingBroken for one that cannot be used."""
        self._environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=markup)
        self._environment.globals.clear()
        self._environment.filters = dict(FILTERS)
        self.sources = {path.name.removesuffix(".typ.j2"): path.read_text("utf-8") for path in folder.glob("*.typ.j2")}
        self._templates = {name: self._compile(name, source) for name, source in self.sources.items()}
        self._hashes = {name: hashlib.sha256(source.encode()).digest() for name, source in self.sources.items()}

    def draft(self, data: LetterData) -> str:
        """The letter's text as Typst markup, every datum escaped.

        Raises WordingBroken for a field the letter lacks, WordingTooLong for more than MAX_DRAFT characters or a
        datum of more than MAX_DATUM.
        """
        fields = {"kind": data.kind, **msgspec.structs.asdict(data)}
        for value in fields.values():
            if isinstance(value, str) and len(value) > MAX_DATUM:
                raise WordingTooLong(data.kind, MAX_DATUM)
        return self.fill(data.kind, fields)

    def fill(self, name: str, fields: Mapping[str, object]) -> str:
        """The wording `name` filled with `fields`."""
        template = self._templates.get(name)
        if template is None:
            raise WordingBroken(name, "缺少模板文件")
        try:
            text = template.render(fields)
        except UndefinedError as error:
            raise WordingBroken(name, f"没有这个字段（{error.message}）") from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise WordingBroken(name, f"字段的值无法写成文字（{error!r}）") from error
        if len(text) > MAX_DRAFT:
            raise WordingTooLong(name, MAX_DRAFT)
        if found := forbidden(text, drafted=True):  # what harmless pieces may come to when they are put together
            raise WordingNotAllowed(name, found)
        return text

    def source_hash(self, name: str) -> bytes:
        """SHA-256 of the wording's source; empty when there is none."""
        return self._hashes.get(name, b"")

    def _compile(self, name: str, source: str) -> Template:
        if len(source) > MAX_TEMPLATE:
            raise WordingTooLong(name, MAX_TEMPLATE)
        try:
            tree = self._environment.parse(source)
            _judge(name, tree)
            return self._environment.from_string(source)
        except TemplateSyntaxError as error:
            raise WordingBroken(name, f"第 {error.lineno} 行：{error.message}") from error


def _judge(name: str, tree: nodes.Node, loops: int = 0) -> None:
    """Raises WordingNotAllowed for the first thing in `tree` that no wording may hold."""
    if not isinstance(tree, _ALLOWED):
        raise WordingNotAllowed(name, f"第 {tree.lineno} 行的 {type(tree).__name__}")
    if isinstance(tree, nodes.TemplateData):
        _judge_markup(name, tree.data)
    if isinstance(tree, nodes.For):
        loops += 1
        _judge_loop(name, tree, loops)
    for child in tree.iter_child_nodes():
        _judge(name, child, loops)


def _judge_loop(name: str, loop: nodes.For, depth: int) -> None:
    written_out = isinstance(loop.iter, (nodes.List, nodes.Tuple)) and len(loop.iter.items) <= MAX_LOOP
    if depth > 1 or loop.recursive or not written_out:
        raise WordingNotAllowed(name, f"第 {loop.lineno} 行的循环（只可列举不超过 {MAX_LOOP} 项，不可嵌套）")


def _judge_markup(name: str, text: str) -> None:
    if found := forbidden(text):
        raise WordingNotAllowed(name, found)
