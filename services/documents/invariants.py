"""What must always be true of documents, as queries that find what breaks it; and what documents can testify to."""

from shared.service import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "documents/gapless",
        "The numbers of a series are unbroken from its first, and the counter stands just after the last.",
        """
        select series.client_id, series.series, found.count, found.lowest, found.highest, series.next_number
        from series left join lateral (
            select count(*) as count, count(distinct number) as distinct_count,
                min(number) as lowest, max(number) as highest
            from document where document.client_id = series.client_id and document.series = series.series
        ) as found on true
        where found.count <> found.distinct_count or found.count <> series.next_number - series.first_number
            or (found.count > 0 and (found.lowest <> series.first_number or found.highest <> series.next_number - 1))
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
        "A document is issued exactly when it is numbered, dated and frozen with its hash.",
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
            lateral (select snapshot->'document' as summary) as frozen,
            lateral (select coalesce(sum((line->>'net_ore')::bigint), 0) as net_ore
                     from jsonb_array_elements(snapshot->'lines') as line) as lines
        where snapshot is not null and (
            (summary->>'number')::bigint <> number or (summary->>'document_date')::date <> document_date
            or (summary->>'kid') is distinct from kid or (summary->>'payable_ore')::bigint <> payable_ore
            or (summary->>'total_ore')::bigint <> total_ore or document.net_ore + mva_ore <> total_ore
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
        "documents/kid-is-one-invoice",
        "A KID on an account is one invoice's.",
        """
        select account, kid, count(*) from document where kind = 'invoice' and kid is not null
        group by account, kid having count(*) > 1
        """,
    ),
    Invariant(
        "documents/told-once",
        "Every numbered document was told of exactly once.",
        """
        select document.client_id, document.document_id, count(outbox.id) from document
        left join outbox on outbox.key = document.document_id and outbox.type = 'documents.document-confirmed.v1'
        where document.number is not null group by document.client_id, document.document_id having count(outbox.id) <> 1
        """,
    ),
    Invariant(
        "documents/corrections-name-their-invoice",
        "A credit note and a reminder name an issued invoice of the same client; a credit note takes all of it back.",
        """
        select made.client_id, made.document_id from document as made
        left join document as invoice on invoice.client_id = made.client_id and invoice.document_id = made.refers_to_id
            and invoice.kind = 'invoice' and invoice.status = 'confirmed'
        where made.kind in ('credit_note', 'reminder') and (invoice.document_id is null
            or (made.kind = 'credit_note' and made.total_ore <> invoice.total_ore)
            or (made.kind = 'reminder' and made.kid is distinct from invoice.kid))
        """,
    ),
    Invariant(
        "documents/paid-is-the-payments",
        "What is paid of a document is the sum of the payments on its timeline.",
        """
        select document.client_id, document.document_id, paid_ore, coalesce(sum(amount_ore), 0) from document
        left join document_event as event on event.client_id = document.client_id
            and event.document_id = document.document_id and event.what = 'payment_received'
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
        "select refers_to_id || ':' || reminder_level as key, document_id::text as value "
        "from document where kind = 'reminder'"
    ),
}
