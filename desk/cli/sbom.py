"""`sbom`: what the program is made of."""

from __future__ import annotations

from pathlib import Path

import typer

from desk.cli.output import AS_JSON, people, say_json


def sbom(
    out: Path | None = typer.Option(None, "--out", metavar="FILE", help="写入文件；缺省打印到标准输出"),
    as_json: bool = AS_JSON,
) -> None:
    """软件物料清单（CycloneDX JSON）：按锁定文件列出每个软件包及其哈希。"""
    from services.sbom import bill_of_materials
    from storage.atomic_write import atomic_write

    bill = bill_of_materials()
    if out is None:
        say_json(bill)
        return
    import msgspec

    atomic_write(out, msgspec.json.format(msgspec.json.encode(bill), indent=2))
    if as_json:
        say_json({"path": str(out), "components": len(bill.components)})
    else:
        people.print(f"已写入 {out}：{len(bill.components)} 个组件")
