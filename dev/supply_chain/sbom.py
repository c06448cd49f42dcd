"""A bill of materials in CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/), the same for the same lock."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dev.supply_chain.lock import ROOT, Package, locked


def sbom(lock: Path) -> dict[str, Any]:
    """What an installation from this lock contains. Without a time or a random number, so that it can be compared."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": _application(project)},
        "components": [_component(package) for package in locked(lock)],
    }


def _application(project: dict[str, Any]) -> dict[str, Any]:
    name, version = project["name"], project["version"]
    return {"type": "application", "bom-ref": name, "name": name, "version": version}


def _component(package: Package) -> dict[str, Any]:
    purl = f"pkg:pypi/{package.name}@{package.version}"
    hashes = [{"alg": "SHA-256", "content": content} for content in package.hashes]
    component = {"type": "library", "bom-ref": purl, "name": package.name, "version": package.version}
    properties = [{"name": "faktura:marker", "value": package.marker}] if package.marker else []
    return component | {"purl": purl, "hashes": hashes} | ({"properties": properties} if properties else {})
