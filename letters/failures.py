"""Why a letter could not be set, or a seal not be believed: each reason by name, said in Chinese for the operator.

A character that no font has is `states.refusals.CharacterNotPrintable`: the candidate's matter.
"""

from __future__ import annotations

from pathlib import Path


class LetterFailure(Exception):
    """Base of everything the letters room raises; its text is for the operator."""


class UnknownKind(LetterFailure):
    """No such kind of letter."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"没有“{kind}”这种文书")


class WordingNotAllowed(LetterFailure):
    """The wording uses something that wordings may not: programs, loops without bound, unknown commands."""

    def __init__(self, template: str, what: str) -> None:
        self.template, self.what = template, what
        super().__init__(f"文书模板 {template} 不允许使用：{what}；模板只写文字、字段、条件和少量列举")


class WordingBroken(LetterFailure):
    """The wording has a mistake: a field that does not exist, a bracket that is not closed."""

    def __init__(self, template: str, what: str) -> None:
        self.template, self.what = template, what
        super().__init__(f"文书模板 {template} 有误：{what}")


class WordingTooLong(LetterFailure):
    """The letter, or one datum in it, would be longer than any honest letter is."""

    def __init__(self, template: str, limit: int) -> None:
        self.template, self.limit = template, limit
        super().__init__(f"文书 {template} 超出长度上限（{limit} 字）")


class FieldTooLong(LetterFailure):
    """A field that fits no line of the letter even at its smallest readable size."""

    def __init__(self, kind: str, field: str, length: int, limit: int) -> None:
        self.kind, self.field, self.length, self.limit = kind, field, length, limit
        super().__init__(f"{kind}的“{field}”过长：{length}字，最多{limit}字；请核对或缩写后重试")


class FieldMissing(LetterFailure):
    """A field that the letter cannot do without is empty."""

    def __init__(self, kind: str, field: str) -> None:
        self.kind, self.field = kind, field
        super().__init__(f"{kind}缺少“{field}”；请补录后重试")


class FaceRefused(LetterFailure):
    """The office's own font file cannot serve."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"字体文件 {path.name} 不能使用：{why}；请换一个文件，或从设置中去掉")


class SealNotGenuine(LetterFailure):
    """A code that we did not sign, or that was changed since. `complete`: a whole one, under a false signature."""

    def __init__(self, why: str, *, complete: bool = False) -> None:
        self.why = why
        self.complete = complete
        super().__init__(f"核验未通过：{why}")


class SealMissing(SealNotGenuine):
    """A PDF that carries no code at all."""

    def __init__(self) -> None:
        super().__init__("文件中没有防伪码，或不是 PDF 文件")
