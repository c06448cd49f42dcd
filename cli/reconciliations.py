"""What must be true between services: their records, laid side by side.

A check returns a line for each thing that differs; no lines, and it holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

RecordName = tuple[str, str]
"""A service and the name of one of its `records`."""
Records = Mapping[RecordName, Mapping[str, str]]
"""Each service's records by name: key → value."""


@dataclass(frozen=True)
class Reconciliation:
    """Something that must be true between services."""

    name: str
    promise: str
    check: Callable[[Records], list[str]]


def reconcile_mails(records: Records, mailed: Mapping[str, int]) -> list[str]:
    """Mails lost, unknown or accepted twice; `mailed` is each Message-ID with how often the mail server accepted it."""
    handed_over = records["delivery", "mailed"]
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


def _same(left: RecordName, right: RecordName) -> Callable[[Records], list[str]]:
    """Two services have the same keys with the same values."""

    def check(records: Records) -> list[str]:
        lefts, rights = records[left], records[right]
        return [
            f"{key}: {left[0]} has {lefts.get(key, 'nothing')}, {right[0]} has {rights.get(key, 'nothing')}"
            for key in sorted(lefts.keys() | rights.keys())
            if lefts.get(key) != rights.get(key)
        ]

    return check


def _same_keys(left: RecordName, *rights: RecordName) -> Callable[[Records], list[str]]:
    """The keys of the left are those of all the rights together."""

    def check(records: Records) -> list[str]:
        left_keys, right_keys = set(records[left]), {key for right in rights for key in records[right]}
        names = " or ".join(f"{service} ({name})" for service, name in rights)
        return [
            *(f"{key}: not in {names}" for key in sorted(left_keys - right_keys)),
            *(f"{key}: only in {names}" for key in sorted(right_keys - left_keys)),
        ]

    return check


def _handed_over(records: Records) -> list[str]:
    return [f"{key}: {state}" for key, state in records["delivery", "deliveries"].items() if state != "handed_over"]


RECONCILIATIONS: tuple[Reconciliation, ...] = (
    Reconciliation(
        "posted once",
        "each invoice and credit note has its entry, with its amount",
        _same(("documents", "sales_documents"), ("ledger", "posted")),
    ),
    Reconciliation(
        "rendered once",
        "each confirmed document was rendered, or is held and shown",
        _same_keys(("documents", "confirmed"), ("rendering", "rendered"), ("rendering", "held")),
    ),
    Reconciliation(
        "delivery for each",
        "each rendered document has its delivery",
        _same_keys(("rendering", "rendered"), ("delivery", "deliveries")),
    ),
    Reconciliation("handed over", "each delivery has been handed over", _handed_over),
    Reconciliation(
        "payments booked",
        "each matched payment is in the bank account with its amount",
        _same(("payments", "matched"), ("ledger", "bank")),
    ),
    Reconciliation(
        "open items agree",
        "payments and the ledger hold the same amounts open",
        _same(("payments", "claims"), ("ledger", "open")),
    ),
    Reconciliation(
        "reminded once",
        "each overdue claim and level has its one reminder",
        _same_keys(("payments", "overdue"), ("documents", "reminders")),
    ),
)
