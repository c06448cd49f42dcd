"""The check that is a part of `./faktura check`: `python -m dev.supply_chain`. Exit status 1 when it finds anything."""

import sys
from datetime import UTC, datetime

from dev.supply_chain.advisories import snapshot, vulnerable
from dev.supply_chain.lock import DEVELOPMENT, LOCKS, ROOT, locked
from dev.supply_chain.secrets import secrets_in, tracked_files


def main() -> int:
    known = snapshot()
    packages = locked(DEVELOPMENT)
    for lock in LOCKS:
        locked(lock)
    findings = [*vulnerable(packages, known.advisories), *secrets_in(tracked_files(ROOT), ROOT)]
    for line in findings:
        sys.stdout.write(f"{line}\n")
    if known.is_stale(datetime.now(UTC).date()):
        sys.stdout.write(f"the list of advisories is of {known.taken_on}: go through it again\n")
    sys.stdout.write(f"{len(packages)} packages against {len(known.advisories)} advisories: {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
