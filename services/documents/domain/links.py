"""How documents relate to what they are made from: a credit note credits an invoice, an invoice invoices an order.

Links are only ever added, and amounts add up over them: an invoice may be credited by several credit notes, an order
invoiced in parts. A new relation is a row in `RELATIONS`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from shared.values import DocumentKind

Relation = Literal["credits", "reminds", "invoices", "confirms"]
TargetKind = Literal["invoice", "order"]


class Amounts(Protocol):
    @property
    def net_ore(self) -> int: ...
    @property
    def total_ore(self) -> int: ...
    @property
    def payable_ore(self) -> int: ...


@dataclass(frozen=True)
class RelationRule:
    """What a relation goes from and to, which amount it counts, and whether the links may exceed that of the target."""

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
    """`from_id` was made from `to_id`. `ordinal` tells the links of a relation to one target apart, from 1 upwards;
    that of a reminder is its level. Two transactions that add the same one cannot both commit."""

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


def is_exhausted(relation: Relation, target: Amounts, links: Sequence[Link]) -> bool:
    """Whether the links of a relation leave nothing of the target; never while there is none."""
    amount_ore: int = getattr(target, RELATIONS[relation].counts)
    return bool(links) and sum(link.amount_ore for link in links) >= amount_ore
