"""The locks are complete, nothing in them is known to be vulnerable, and no secret is in the repository."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dev.supply_chain.advisories import Advisory, snapshot, vulnerable
from dev.supply_chain.lock import DEVELOPMENT, LOCKS, PRODUCTION, ROOT, BrokenLock, Package, locked
from dev.supply_chain.sbom import sbom
from dev.supply_chain.secrets import RULES, secrets_in, tracked_files
from shared.http.auth import new_secret

HASH = "a" * 64
EXAMPLES = {
    "a key to our API": new_secret(live=True),
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a cloud access key": "AKIA" + "Q3EXAMPLE7ABCDEF",
    "a token of a code host": "ghp_" + "0a1B2c3D4e5F6g7H8i9J0k",
    "a token of a package registry": "pypi-AgE" + "IcHlwaS5vcmcCJDEyMzQ1Njc4",
    "a chat token": "xoxb-" + "1234567890-abc",
    "a JSON web token": ".".join(("eyJ" + "hbGciOiJIUzI1", "eyJ" + "zdWIiOiIxMjM0", "c2lnbmF0dXJl0")),
    "a password in an address": "postgresql://faktura:" + "hunter2@db/faktura",
}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_its_version_and_hashes(lock: Path) -> None:
    packages = locked(lock)
    assert len(packages) == len(re.findall(r"^\S+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    assert len({package.name for package in packages}) == len(packages)


@pytest.mark.parametrize("line", ["a>=1 --hash=sha256:" + HASH, "a==1", "a @ https://x.example/a.whl", "-r other.txt"])
def test_what_is_not_pinned_with_a_hash_is_refused(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"{line}\n")
    with pytest.raises(BrokenLock):
        locked(lock)


def test_nothing_that_is_locked_is_known_to_be_vulnerable() -> None:
    assert vulnerable(locked(DEVELOPMENT), snapshot().advisories) == []


@pytest.mark.parametrize(
    ("version", "affected"), [("0.9", False), ("1.0", True), ("1.4.9", True), ("1.5rc1", True), ("1.5", False)]
)
def test_an_advisory_affects_the_versions_before_the_fix(version: str, affected: bool) -> None:  # a parameter
    advisory = Advisory("CVE-1", "a-b", "x", fixed="1.5", introduced="1.0")
    assert bool(vulnerable([Package("a-b", version, (HASH,))], [advisory])) is affected
    assert vulnerable([Package("other", version, (HASH,))], [advisory]) == []


def test_the_advisories_ask_to_be_gone_through_after_a_while() -> None:
    known = snapshot()
    assert not known.is_stale(known.taken_on + timedelta(days=90))
    assert known.is_stale(known.taken_on + timedelta(days=91))


def test_every_advisory_is_about_something_that_is_locked() -> None:
    names = {package.name for package in locked(DEVELOPMENT)}
    assert {advisory.package for advisory in snapshot().advisories} <= names


def test_the_bill_of_materials_names_every_package_with_its_hashes_and_is_reproducible() -> None:
    bill = sbom(PRODUCTION)
    assert bill == sbom(PRODUCTION)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len({component["bom-ref"] for component in bill["components"]}) == len(locked(PRODUCTION))
    (fastapi,) = [component for component in bill["components"] if component["name"] == "fastapi"]
    assert fastapi["purl"] == f"pkg:pypi/fastapi@{fastapi['version']}"
    assert all(set(entry) == {"alg", "content"} and entry["alg"] == "SHA-256" for entry in fastapi["hashes"])


def test_every_kind_of_secret_is_recognised(tmp_path: Path) -> None:
    assert EXAMPLES.keys() == RULES.keys()
    for kind, secret in EXAMPLES.items():
        file = tmp_path / "notes.txt"
        file.write_text(f"first line\nsecret = {secret}\n")
        lines = secrets_in([file], tmp_path)
        assert lines == [f"notes.txt:2: {kind}"]
        assert secret not in str(lines)


def test_no_secret_is_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no repository here")
    assert secrets_in(tracked_files(ROOT), ROOT) == []
