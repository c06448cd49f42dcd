"""Secrets that must not be in the repository, by their form. What only looks like one is named in `HARMLESS`."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

RULES: dict[str, re.Pattern[str]] = {
    "a key to our API": re.compile(r"fs_(?:live|test)_[A-Za-z0-9_-]{43,49}(?![A-Za-z0-9_-])"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "a cloud access key": re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"),
    "a token of a code host": re.compile(r"(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{20,}"),
    "a token of a package registry": re.compile(r"pypi-AgE[A-Za-z0-9_-]{20,}"),
    "a chat token": re.compile(r"xox[abprs]-[A-Za-z0-9-]{10,}"),
    "a JSON web token": re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a password in an address": re.compile(r"[a-z][a-z0-9+]*://[^\s:/@'\"{}<>]+:(?P<secret>[^\s@/'\"{}<>$]+)@"),
}
HARMLESS = frozenset({"guest", "password", "secret", "…", "..."})
"""Words in place of a password in examples; `guest` works on the broker's own host only."""
MAX_BYTES = 2_000_000


def tracked_files(root: Path) -> list[Path]:
    """The files that git knows, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode().split("\0")  # no input
    return [path for name in names if name and (path := root / name).is_file() and not path.is_symlink()]


def secrets_in(paths: Sequence[Path], root: Path) -> list[str]:
    """One line for each: where and which kind, never the secret itself."""
    return [line for path in paths for line in _in_file(path, root)]


def _in_file(path: Path, root: Path) -> Iterator[str]:
    content = path.read_bytes()
    if b"\0" in content or len(content) > MAX_BYTES:
        return
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        for kind, rule in RULES.items():
            if any(_is_secret(match) for match in rule.finditer(line)):
                yield f"{path.relative_to(root)}:{number}: {kind}"


def _is_secret(match: re.Match[str]) -> bool:
    return match.groupdict().get("secret") not in HARMLESS
