"""What must always be true of deliveries, what is under way here, and the records for reconciliations."""

from services.delivery.events import DISPATCHED, UNDELIVERABLE
from shared.db.retention import OUTBOX_COMPLETE_FROM
from shared.service import Invariant, UnderWay

_EMITTED_ONCE = f"""
    select d.delivery_id, d.state, count(o.id) as emitted
    from delivery d left join outbox o on o.key = d.document_id and o.type = '{{type}}' {{of_this_delivery}}
    group by d.delivery_id, d.state
    having count(o.id) > case when d.state = '{{state}}' then 1 else 0 end
        or (count(o.id) = 0 and d.state = '{{state}}' and max(d.{{since}}) >= {OUTBOX_COMPLETE_FROM})
"""  # noqa: S608  # a constant of our own

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "delivery-accepted-once",
        "A handed over delivery was accepted exactly once, any other never.",
        """
        select d.delivery_id, d.state, count(a.attempt_id) as accepted
        from delivery d left join delivery_attempt a
          on a.client_id = d.client_id and a.delivery_id = d.delivery_id and a.outcome = 'accepted'
        group by d.delivery_id, d.state
        having count(a.attempt_id) <> case when d.state = 'handed_over' then 1 else 0 end
        """,
    ),
    Invariant(
        "delivery-not-hanging",
        "No delivery is still being sent five minutes after its lease was over.",
        "select delivery_id, attempt, lease_until from delivery "
        "where state = 'sending' and lease_until < clock_timestamp() - interval '5 minutes'",
    ),
    Invariant(
        "delivery-dispatched-once",
        "document-dispatched was emitted exactly once for each handed over delivery, and for no other.",
        _EMITTED_ONCE.format(
            type=DISPATCHED,
            state="handed_over",
            since="handed_over_at",
            of_this_delivery="and o.body::jsonb #>> '{data,delivery_id}' = d.delivery_id::text",
        ),
    ),
    Invariant(
        "delivery-undeliverable-once",
        "document-undeliverable was emitted exactly once for each undeliverable delivery, and for no other.",
        _EMITTED_ONCE.format(type=UNDELIVERABLE, state="undeliverable", since="created_at", of_this_delivery=""),
    ),
    Invariant(
        "print-posted-is-ours",
        "The print queue holds the delivery's file to print, or else to read, and just that was posted, by its hash.",
        """
        select p.print_job_id, p.sha256, p.posted_sha256
        from print_job p join delivery d on d.client_id = p.client_id and d.delivery_id = p.delivery_id
        where p.sha256 is distinct from (
               select artefact->>'sha256' from jsonb_array_elements(d.artefacts) as artefact
               where artefact->>'purpose' in ('print', 'read') order by artefact->>'purpose' limit 1)
           or (p.state = 'posted' and p.posted_sha256 is distinct from p.sha256)
        """,
    ),
    Invariant(
        "print-queue-agrees",
        "A delivery waits for the print shop while its job does, and is handed over by post once the job is posted.",
        """
        select d.delivery_id, d.state, d.channel, p.state as print_state
        from delivery d left join print_job p on p.client_id = d.client_id and p.delivery_id = d.delivery_id
        where (d.state = 'in_print') <> coalesce(p.state in ('queued', 'claimed'), false)
           or (d.state = 'handed_over' and d.channel = 'print') <> coalesce(p.state = 'posted', false)
        """,
    ),
)

# The promise is the channel's, as it was when the delivery came to it. The invoice of a credit note waits too: payments
# subtract the credit at once, the ledger when the credit note is handed over.
_ON_ITS_WAY = """
    select document_id::text as key,
           case when document->>'kind' = 'credit_note' then document#>>'{refers_to,document_id}' end as also,
           coalesce(
               (select max(at) from delivery_attempt a where a.delivery_id = d.delivery_id and a.channel <> d.channel),
               created_at
           ) as since, promised_at as until
    from delivery d where state """

UNDER_WAY: tuple[UnderWay, ...] = (
    UnderWay(
        "letters-in-time",
        "Every letter is handed to the post within the promise of its channel.",
        "letter at the print shop",
        _ON_ITS_WAY + "= 'in_print'",
    ),
    UnderWay(
        "mails-in-time",
        "Every mail is at the mail server within the promise of its channel.",
        "mail to hand over",
        _ON_ITS_WAY + "in ('ready', 'sending', 'uncertain')",
    ),
)

RECORDS: dict[str, str] = {
    "deliveries": "select document_id::text as key, state as value from delivery",
    "mailed": "select message_id as key, '1' as value from delivery where state = 'handed_over' and channel = 'email'",
    "printed": "select print_job_id::text as key, '1' as value from print_job where state = 'posted'",
}
