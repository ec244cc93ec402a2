"""What the program is made of: every package of the lock file with its hashes, as CycloneDX says it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.server.wheels import GO, TEMPORAL, TEST_SERVER
from settings import PROJECT


class Hash(msgspec.Struct, frozen=True):
    """One digest of one of a component's files."""

    alg: str
    content: str


class Component(msgspec.Struct, frozen=True):
    """One package at one version; `purl` names it wherever it came from."""

    type: str
    name: str
    version: str
    purl: str
    hashes: tuple[Hash, ...]
    bom_ref: str = msgspec.field(name="bom-ref")


class Dependency(msgspec.Struct, frozen=True):
    """What a component needs, by the names of both."""

    ref: str
    depends_on: tuple[str, ...] = msgspec.field(name="dependsOn")


class Metadata(msgspec.Struct, frozen=True):
    """What the bill is about."""

    component: Component


class Bill(msgspec.Struct, frozen=True):
    """A CycloneDX 1.6 bill of materials."""

    bom_format: str = msgspec.field(name="bomFormat")
    spec_version: str = msgspec.field(name="specVersion")
    version: int
    metadata: Metadata
    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...]


def bill_of_materials(project: Path = PROJECT) -> Bill:
    """The bill of this program as its lock file has it, the programs it obtains by wheel included."""
    packages = tomllib.loads((project / "uv.lock").read_text("utf-8"))["package"]
    own = next(one for one in packages if "registry" not in one["source"])
    others = [one for one in packages if "registry" in one["source"]]
    components = [*map(_component, others), *_obtained()]
    versions = {one["name"]: one.get("version", "0") for one in packages}
    needs = tuple(_needs(one, versions) for one in packages)
    return Bill("CycloneDX", "1.6", 1, Metadata(_application(own)), tuple(components), needs)


def _component(package: dict[str, Any]) -> Component:
    files = [*([package["sdist"]] if "sdist" in package else []), *package.get("wheels", [])]
    hashes = tuple(Hash("SHA-256", file["hash"].removeprefix("sha256:")) for file in files if "hash" in file)
    purl = _purl(package["name"], package["version"])
    return Component("library", package["name"], package["version"], purl, hashes, purl)


def _application(package: dict[str, Any]) -> Component:
    version = package.get("version", "0")
    return Component("application", package["name"], version, *(_purl(package["name"], version), (), "self"))


def _obtained() -> Iterator[Component]:
    """Programs that are no Python packages of ours, fetched by pinned wheels when they are needed."""
    for wheel in (TEMPORAL, TEST_SERVER, GO):
        purl = _purl(wheel.name, wheel.version)
        hashes = tuple(Hash("SHA-256", digest) for digest in wheel.hashes)
        yield Component("application", wheel.name, wheel.version, purl, hashes, purl)


def _needs(package: dict[str, Any], versions: dict[str, str]) -> Dependency:
    names = sorted({one["name"] for one in package.get("dependencies", [])})
    ref = _purl(package["name"], package["version"]) if "registry" in package["source"] else "self"
    return Dependency(ref, tuple(_purl(name, versions[name]) for name in names))


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
