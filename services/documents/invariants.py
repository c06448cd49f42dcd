"""What must always be true of documents, as queries that find what breaks it; and its records for reconciliations."""

from services.documents.domain.links import RELATIONS
from shared.db.retention import OUTBOX_COMPLETE_FROM
from shared.service import Invariant

_RULES = ", ".join(f"('{relation}', '{rule.from_kind}', '{rule.to_kind}')" for relation, rule in RELATIONS.items())
_BOUNDED = ", ".join(f"('{name}', '{rule.counts}')" for name, rule in RELATIONS.items() if not rule.may_exceed)
# An invoice or an order as the target of links.
_TARGETS = """
    select client_id, document_id as id, kind, net_ore, total_ore from document where status = 'confirmed'
    union all
    select client_id, order_id, 'order', net_ore, total_ore from sales_order where status = 'confirmed'
"""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "documents/gapless",
        "The numbers of a series are unbroken from its first, and the counter stands just after the last.",
        """
        select series.client_id, series.series, numbers.count, numbers.lowest, numbers.highest, series.next_number
        from series left join lateral (
            select count(*) as count, count(distinct number) as distinct_count,
                min(number) as lowest, max(number) as highest
            from document where document.client_id = series.client_id and document.series = series.series
        ) as numbers on true
        where numbers.count <> numbers.distinct_count or numbers.count <> series.next_number - series.first_number
            or (numbers.count > 0
                and (numbers.lowest <> series.first_number or numbers.highest <> series.next_number - 1))
        """,
    ),
    Invariant(
        "documents/numbers-have-a-series",
        "Every number comes from a counter.",
        """
        select client_id, document_id, series, number from document
        where number is not null and not exists (
            select 1 from series where series.client_id = document.client_id and series.series = document.series)
        """,
    ),
    Invariant(
        "documents/confirmed-is-frozen",
        "A document is confirmed exactly when it is numbered, dated and frozen with its hash.",
        """
        select client_id, document_id from document
        where (status = 'confirmed') <> (number is not null and document_date is not null and confirmed_at is not null
                                      and snapshot is not null and snapshot_sha256 is not null)
        """,
    ),
    Invariant(
        "documents/snapshot-unchanged",
        "The frozen content still has the hash that it was stored with.",
        """
        select client_id, document_id, number from document
        where snapshot is not null and snapshot_sha256 <> encode(sha256(convert_to(snapshot::text, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "documents/row-agrees-with-snapshot",
        "Number, date, KID and amounts of the row are those of the frozen content, whose lines add up.",
        """
        select client_id, document_id, number from document,
            lateral (select coalesce(sum((line->>'net_ore')::bigint), 0) as net_ore
                     from jsonb_array_elements(snapshot->'lines') as line) as lines
        where snapshot is not null and (
            (snapshot->>'number')::bigint <> number or (snapshot->>'document_date')::date <> document_date
            or (snapshot->>'kid') is distinct from kid or (snapshot->>'payable_ore')::bigint <> payable_ore
            or (snapshot->>'total_ore')::bigint <> total_ore or document.net_ore + mva_ore <> total_ore
            or lines.net_ore <> document.net_ore)
        """,
    ),
    Invariant(
        "documents/dates-forward",
        "Dates never run backwards in a series.",
        """
        select later.client_id, later.series, later.number, later.document_date, earlier.document_date
        from document as earlier join document as later
            on later.client_id = earlier.client_id and later.series = earlier.series
            and later.number = earlier.number + 1
        where later.document_date < earlier.document_date
        """,
    ),
    Invariant(
        "documents/kid-names-one-invoice",
        "No two invoices share a KID on an account.",
        """
        select account, kid, count(*) from document where kind = 'invoice' and kid is not null
        group by account, kid having count(*) > 1
        """,
    ),
    Invariant(
        "documents/published-once",
        "Every confirmed document was published exactly once.",
        f"""
        select document.client_id, document.document_id, count(outbox.id) from document
        left join outbox on outbox.key = document.document_id and outbox.type = 'documents.document-confirmed.v1'
        where document.number is not null group by document.client_id, document.document_id
        having count(outbox.id) > 1 or (count(outbox.id) = 0 and confirmed_at >= {OUTBOX_COMPLETE_FROM})
        """,  # noqa: S608  # a constant of our own
    ),
    Invariant(
        "documents/links-join-the-right-kinds",
        "Every link goes from a confirmed document to a confirmed target, each of the kind that the relation names.",
        f"""
        with target as ({_TARGETS}), rule (relation, from_kind, to_kind) as (values {_RULES})
        select link.client_id, link.from_id, link.relation, link.to_id from document_link as link
        join rule on rule.relation = link.relation
        left join document as source on source.client_id = link.client_id and source.document_id = link.from_id
            and source.status = 'confirmed' and source.kind = rule.from_kind
        left join target on target.client_id = link.client_id and target.id = link.to_id and target.kind = rule.to_kind
        where source.document_id is null or target.id is null
        """,  # noqa: S608  # our own table of relations
    ),
    Invariant(
        "documents/links-within-their-target",
        "Credit notes never add up to more than their invoice, nor invoices to more than their order.",
        f"""
        with target as ({_TARGETS}), bounded (relation, counts) as (values {_BOUNDED})
        select link.client_id, link.relation, link.to_id, sum(link.amount_ore) from document_link as link
        join bounded on bounded.relation = link.relation
        join target on target.client_id = link.client_id and target.id = link.to_id
        group by link.client_id, link.relation, link.to_id, bounded.counts, target.net_ore, target.total_ore
        having sum(link.amount_ore) > case bounded.counts when 'net_ore' then target.net_ore else target.total_ore end
        """,  # noqa: S608  # our own table of relations
    ),
    Invariant(
        "documents/corrections-name-their-invoice",
        "A credit note and a reminder are linked to the invoice that they refer to: a credit note with its total, a "
        "reminder with the KID of the invoice and its level.",
        """
        select correction.client_id, correction.document_id from document as correction
        left join document_link as link
            on link.client_id = correction.client_id and link.from_id = correction.document_id
            and link.relation = case correction.kind when 'credit_note' then 'credits' else 'reminds' end
            and link.to_id = (correction.snapshot#>>'{refers_to,document_id}')::uuid
        left join document as invoice on invoice.client_id = link.client_id and invoice.document_id = link.to_id
        where correction.kind in ('credit_note', 'reminder') and (invoice.document_id is null
            or (correction.kind = 'credit_note' and link.amount_ore <> correction.total_ore)
            or (correction.kind = 'reminder' and (correction.kid is distinct from invoice.kid
                or (correction.snapshot->>'reminder_level')::int <> link.ordinal)))
        """,
    ),
    Invariant(
        "documents/orders-have-their-confirmation",
        "An order is confirmed exactly when an order confirmation confirms it, and every order confirmation does.",
        """
        select sales_order.client_id, sales_order.order_id from sales_order
        where (status = 'confirmed') <> exists (
            select 1 from document_link as link where link.client_id = sales_order.client_id
                and link.to_id = sales_order.order_id and link.relation = 'confirms')
        union all
        select document.client_id, document.document_id from document
        where kind = 'order_confirmation' and not exists (
            select 1 from document_link as link where link.client_id = document.client_id
                and link.from_id = document.document_id and link.relation = 'confirms')
        """,
    ),
    Invariant(
        "documents/paid-is-the-payments",
        "What is paid of a document is the sum of the payments on its timeline.",
        """
        select document.client_id, document.document_id, paid_ore, coalesce(sum(amount_ore), 0) from document
        left join document_event as event on event.client_id = document.client_id
            and event.document_id = document.document_id and event.what in ('payment_received', 'payment_undone')
        group by document.client_id, document.document_id having paid_ore <> coalesce(sum(amount_ore), 0)
        """,
    ),
)

RECORDS: dict[str, str] = {
    "sales_documents": (
        "select document_id::text as key, kind || ' ' || payable_ore as value from document "
        "where status = 'confirmed' and kind in ('invoice', 'credit_note')"
    ),
    "confirmed": "select document_id::text as key, kind as value from document where status = 'confirmed'",
    "numbers": (
        "select client_id || '/' || series as key, max(number)::text as value from document "
        "where number is not null group by client_id, series"
    ),
    "reminders": (
        "select to_id || ':' || ordinal as key, from_id::text as value from document_link where relation = 'reminds'"
    ),
}
