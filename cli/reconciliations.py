"""What must be true between services: their records, laid side by side.

A check returns a line for each thing that differs, `LISTED` of them at most; no lines, and it holds.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from cli.findings import LISTED
from cli.records import KEY_AND_VALUE, KEY_ONLY, RecordName, Records

READ_AT_ONCE = 16
"""Buckets whose records are read together."""


class Reconciliation(Protocol):
    """Something that must be true between services."""

    @property
    def name(self) -> str: ...

    @property
    def promise(self) -> str: ...

    async def check(self, records: Records) -> list[str]: ...


@dataclass(frozen=True)
class Same:
    """Two services have the same keys with the same values."""

    name: str
    promise: str
    left: RecordName
    right: RecordName

    async def check(self, records: Records) -> list[str]:
        lines: list[str] = []
        for buckets in await _differing(records, [self.left], [self.right], KEY_AND_VALUE):
            lefts = await records.of_buckets([self.left], buckets)
            rights = await records.of_buckets([self.right], buckets)
            lines += self._differences(lefts, rights)
            if len(lines) >= LISTED:
                break
        return sorted(lines)[:LISTED]

    def _differences(self, lefts: Mapping[str, str], rights: Mapping[str, str]) -> list[str]:
        return [
            f"{key}: {self.left[0]} has {lefts.get(key, 'nothing')}, {self.right[0]} has {rights.get(key, 'nothing')}"
            for key in lefts.keys() | rights.keys()
            if lefts.get(key) != rights.get(key)
        ]


@dataclass(frozen=True)
class SameKeys:
    """The keys of the left are those of all the rights together."""

    name: str
    promise: str
    left: RecordName
    rights: tuple[RecordName, ...]

    async def check(self, records: Records) -> list[str]:
        lines: list[str] = []
        for buckets in await _differing(records, [self.left], self.rights, KEY_ONLY):
            lefts = await records.of_buckets([self.left], buckets)
            rights = await records.of_buckets(self.rights, buckets)
            lines += self._differences(lefts.keys(), rights.keys())
            if len(lines) >= LISTED:
                break
        return sorted(lines)[:LISTED]

    def _differences(self, lefts: AbstractSet[str], rights: AbstractSet[str]) -> list[str]:
        names = " or ".join(f"{service} ({name})" for service, name in self.rights)
        return [
            *(f"{key}: not in {names}" for key in lefts - rights),
            *(f"{key}: only in {names}" for key in rights - lefts),
        ]


@dataclass(frozen=True)
class Only:
    """Every record has this value."""

    name: str
    promise: str
    records: RecordName
    value: str

    async def check(self, records: Records) -> list[str]:
        others = await records.of_other_value(self.records, self.value, LISTED)
        return [f"{key}: {value}" for key, value in others]


async def _differing(
    records: Records, lefts: Sequence[RecordName], rights: Sequence[RecordName], content: str
) -> list[list[int]]:
    """The buckets whose sums differ, a few at a time."""
    ours, theirs = await records.sums(lefts, content), await records.sums(rights, content)
    buckets = sorted(bucket for bucket in ours.keys() | theirs.keys() if ours.get(bucket) != theirs.get(bucket))
    return [buckets[at : at + READ_AT_ONCE] for at in range(0, len(buckets), READ_AT_ONCE)]


async def reconcile_mails(records: Records, mailed: Mapping[str, int]) -> list[str]:
    """Mails lost, unknown or accepted twice; `mailed` is each Message-ID with how often the mail server accepted it."""
    handed_over = await records.whole(("delivery", "mailed"))
    return [
        *(f"{message_id}: accepted {times} times" for message_id, times in mailed.items() if times > 1),
        *(
            f"{message_id}: handed over, but not at the mail server"
            for message_id in handed_over.keys() - mailed.keys()
        ),
        *(
            f"{message_id}: at the mail server, but not handed over"
            for message_id in mailed.keys() - handed_over.keys()
        ),
    ]


RECONCILIATIONS: tuple[Reconciliation, ...] = (
    Same(
        "posted once",
        "each invoice and credit note has its entry, with its amount",
        ("documents", "sales_documents"),
        ("ledger", "posted"),
    ),
    SameKeys(
        "rendered once",
        "each confirmed document was rendered, or is held and shown",
        ("documents", "confirmed"),
        (("rendering", "rendered"), ("rendering", "held")),
    ),
    SameKeys(
        "delivery for each",
        "each rendered document has its delivery",
        ("rendering", "rendered"),
        (("delivery", "deliveries"),),
    ),
    Only("handed over", "each delivery has been handed over", ("delivery", "deliveries"), "handed_over"),
    Same(
        "bank is the bank",
        "each payment of a bank file is on the bank account, with its amount, on its day",
        ("payments", "bank"),
        ("ledger", "bank"),
    ),
    Same(
        "clearing is what is unmatched",
        "each movement of unmatched money is on the clearing account, so that its balance is what nobody has matched",
        ("payments", "clearing"),
        ("ledger", "clearing"),
    ),
    Same(
        "open items agree",
        "payments and the ledger hold the same amounts open",
        ("payments", "claims"),
        ("ledger", "open"),
    ),
    SameKeys(
        "reminded once",
        "each overdue claim and level has its one reminder",
        ("payments", "overdue"),
        (("documents", "reminders"),),
    ),
)
