"""How documents relate to what they are made from: a credit note credits an invoice, an invoice invoices an order.

Links are only added, and their amounts add up: several credit notes may credit an invoice, several invoices an order.
A new relation is a row in `RELATIONS`, and a migration of the trigger that guards the links in the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from shared.values import DocumentKind

Relation = Literal["credits", "reminds", "invoices", "confirms"]
TargetKind = Literal["invoice", "order"]


class Target(Protocol):
    """What a bounded relation counts against."""

    @property
    def net_ore(self) -> int: ...
    @property
    def total_ore(self) -> int: ...


@dataclass(frozen=True)
class RelationRule:
    """What a relation joins, which amount it counts, and whether that may add up to more than the target's."""

    from_kind: DocumentKind
    to_kind: TargetKind
    counts: Literal["net_ore", "total_ore", "payable_ore"]
    may_exceed: bool


RELATIONS: Final[Mapping[Relation, RelationRule]] = {
    "credits": RelationRule("credit_note", "invoice", "total_ore", may_exceed=False),
    "reminds": RelationRule("reminder", "invoice", "payable_ore", may_exceed=True),
    # Without MVA: its rates are those of the invoice's day, not of the order's.
    "invoices": RelationRule("invoice", "order", "net_ore", may_exceed=False),
    "confirms": RelationRule("order_confirmation", "order", "net_ore", may_exceed=True),
}


@dataclass(frozen=True)
class Link:
    """The document `from_id` was made from `to_id`.

    `ordinal` counts the links of a relation to a target from 1; for a reminder it is the level. It is unique, so that
    two transactions cannot add the same link twice.
    """

    client_id: UUID
    from_id: UUID
    to_id: UUID
    relation: Relation
    ordinal: int
    amount_ore: int


def link(relation: Relation, document: ConfirmedDocument, to_id: UUID, ordinal: int) -> Link:
    """The link from a newly confirmed document, with the amount that the relation counts."""
    rule = RELATIONS[relation]
    assert document.kind == rule.from_kind
    amount_ore: int = getattr(document, rule.counts)
    return Link(document.client_id, document.document_id, to_id, relation, ordinal, amount_ore)


def of_relation(links: Iterable[Link], relation: Relation) -> list[Link]:
    """The links of one relation, in the order in which they were made."""
    return sorted((link for link in links if link.relation == relation), key=lambda link: link.ordinal)


def is_exhausted(relation: Relation, target: Target, links: Sequence[Link]) -> bool:
    """Whether the links of a bounded relation leave nothing of the target; never while there are none."""
    amount_ore: int = getattr(target, RELATIONS[relation].counts)
    return bool(links) and sum(link.amount_ore for link in links) >= amount_ore
