"""How a database's schema stands to the one that this program needs, and the two ways in which it may not fit."""

from __future__ import annotations


class SchemaNewer(Exception):
    """A newer version has migrated this database; an older program could damage what it does not know."""

    def __init__(self, found: str, needed: str) -> None:
        """`found` and `needed` are the numbers of migrations, as `0007`."""
        super().__init__(
            f"数据库的结构是 {found}，本程序只认识到 {needed}：数据库已由更新的版本升级过。"
            "请换用那个版本，或从升级前的备份恢复（./run restore）"
        )
        self.found, self.needed = found, needed


class SchemaOlder(Exception):
    """The database waits to be migrated; `found` is empty where it holds no record yet."""

    def __init__(self, found: str, needed: str) -> None:
        """`found` and `needed` are the numbers of migrations, as `0007`."""
        super().__init__(
            f"数据库的结构是 {found or '空的'}，本程序需要 {needed}。请先备份（./run backup 目录），"
            "再执行 ./run database upgrade"
        )
        self.found, self.needed = found, needed


def check_schema(found: str, needed: str) -> None:
    """Raises SchemaNewer or SchemaOlder unless they are the same."""
    if found != needed:
        raise (SchemaNewer if found > needed else SchemaOlder)(found, needed)
