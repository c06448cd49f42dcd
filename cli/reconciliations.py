"""What must be true between services: their records, laid side by side.

A check gives what differs, some at a time; of that, what is under way is counted and the rest is listed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from cli.findings import BETWEEN, LISTED, Finding
from cli.records import KEY_AND_VALUE, KEY_ONLY, RecordName, Records
from cli.transit import Transit
from cli.under_way import Difference, Judged, judge, subject

READ_AT_ONCE = 8_000
"""Records that are read together, about: each reading goes through the whole table, whatever it returns."""


class Reconciliation(Protocol):
    """Something that must be true between services."""

    @property
    def name(self) -> str: ...

    @property
    def promise(self) -> str: ...

    def differences(self, records: Records) -> AsyncIterator[list[Difference]]: ...


@dataclass(frozen=True)
class Same:
    """Two services have the same keys with the same values."""

    name: str
    promise: str
    left: RecordName
    right: RecordName

    async def differences(self, records: Records) -> AsyncIterator[list[Difference]]:
        for buckets in await _differing(records, [self.left], [self.right], KEY_AND_VALUE):
            lefts = await records.of_buckets([self.left], buckets)
            rights = await records.of_buckets([self.right], buckets)
            yield self._of(lefts, rights)

    def _of(self, lefts: Mapping[str, str], rights: Mapping[str, str]) -> list[Difference]:
        differing = [key for key in lefts.keys() | rights.keys() if lefts.get(key) != rights.get(key)]
        return [Difference(key, f"{key}: {self._values(lefts.get(key), rights.get(key))}") for key in differing]

    def _values(self, left: str | None, right: str | None) -> str:
        sides = ((self.left[0], left), (self.right[0], right))
        return ", ".join(f"{service} has {'nothing' if value is None else value}" for service, value in sides)


@dataclass(frozen=True)
class SameKeys:
    """The keys of the left are those of all the rights together."""

    name: str
    promise: str
    left: RecordName
    rights: tuple[RecordName, ...]

    async def differences(self, records: Records) -> AsyncIterator[list[Difference]]:
        for buckets in await _differing(records, [self.left], self.rights, KEY_ONLY):
            lefts = await records.of_buckets([self.left], buckets)
            rights = await records.of_buckets(self.rights, buckets)
            yield self._of(lefts.keys(), rights.keys())

    def _of(self, lefts: AbstractSet[str], rights: AbstractSet[str]) -> list[Difference]:
        names = " or ".join(f"{service} ({name})" for service, name in self.rights)
        return [
            *(Difference(key, f"{key}: not in {names}") for key in lefts - rights),
            *(Difference(key, f"{key}: only in {names}") for key in rights - lefts),
        ]


@dataclass(frozen=True)
class Only:
    """Every record has this value."""

    name: str
    promise: str
    records: RecordName
    value: str

    async def differences(self, records: Records) -> AsyncIterator[list[Difference]]:
        async for others in records.of_other_value(self.records, self.value):
            yield [Difference(key, f"{key}: {value}") for key, value in others]


async def reconciled(
    check: Reconciliation, records: Records, transit: Transit, transit_now: Callable[[], Awaitable[Transit]]
) -> Finding:
    """A check with its result. The databases are read one after another, so what moves on between them may seem lost:
    only what is lost in a second look too, at what is under way then, is broken."""
    judged = await judge_all(check, records, transit)
    if judged.broken:
        again = await judge_all(check, records, await transit_now())
        judged = Judged(sorted(set(judged.broken) & set(again.broken)), again.under_way)
    return Finding(BETWEEN, check.name, check.promise, tuple(judged.broken), judged.under_way)


async def judge_all(check: Reconciliation, records: Records, transit: Transit) -> Judged:
    """What is under way is left out before the list is cut at `LISTED`, so that it never hides what is broken."""
    broken, under_way = [], 0
    async for differences in check.differences(records):
        ways = await transit.of({subject(difference.key) for difference in differences})
        judged = judge(differences, ways, transit.now)
        broken += judged.broken
        under_way += judged.under_way
        if len(broken) >= LISTED:
            break
    return Judged(sorted(broken)[:LISTED], under_way)


async def _differing(
    records: Records, lefts: Sequence[RecordName], rights: Sequence[RecordName], content: str
) -> list[list[int]]:
    """The buckets whose sums differ, in batches."""
    ours, theirs = await records.sums(lefts, content), await records.sums(rights, content)
    differing = sorted(bucket for bucket in ours.keys() | theirs.keys() if ours.get(bucket) != theirs.get(bucket))
    return batches(differing, lambda bucket: sum(side[bucket].number for side in (ours, theirs) if bucket in side))


def batches(buckets: Sequence[int], size: Callable[[int], int]) -> list[list[int]]:
    """Neighbours together until `READ_AT_ONCE` records are in a batch; a larger bucket is a batch of its own."""
    together: list[list[int]] = []
    room = 0
    for bucket in buckets:
        if not together or size(bucket) > room:
            together.append([])
            room = READ_AT_ONCE
        together[-1].append(bucket)
        room -= size(bucket)
    return together


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
