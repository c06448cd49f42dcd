"""What must always be true of the books, and the records that are compared with other services."""

from services.ledger.domain.chart import BANK, CLEARING, RECEIVABLES
from services.ledger.store.chain import broken_links
from shared.db.retention import OUTBOX_COMPLETE_FROM
from shared.service import Invariant

_UNMATCHED = ", ".join(str(accounts.unmatched) for accounts in CLEARING)

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "entries-balance",
        "Every entry sums to zero and has at least two lines.",
        """
        select entry.client_id, entry.id from entry
        left join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        group by entry.client_id, entry.id having coalesce(sum(amount_ore), 1) <> 0 or count(posting.line_no) < 2
        """,
    ),
    Invariant(
        "one-entry-per-source",
        "A document or a movement of a payment is posted exactly once.",
        """
        select client_id, source, source_id from entry group by 1, 2, 3, purpose in ('match_undone')
        having count(*) <> 1
        """,
    ),
    Invariant(
        "entry-numbers-gapless",
        "A client's entries are numbered 1, 2, 3 … without gaps, and the head has the next number.",
        """
        select head.client_id from ledger_head head left join entry using (client_id)
        group by head.client_id, head.next_number
        having count(entry.id) <> head.next_number - 1 or coalesce(max(entry_number), 0) <> head.next_number - 1
            or coalesce(min(entry_number), 1) <> 1 or count(distinct entry_number) <> count(entry.id)
        """,
    ),
    Invariant(
        "open-items-are-1500",
        "A client's open items add up to the balance of account 1500.",
        """
        select coalesce(books.client_id, items.client_id) from
            (select client_id, sum(amount_ore) as total from posting where account = 1500 group by 1) books
        full join (select client_id, sum(remaining_ore) as total from open_item group by 1) items using (client_id)
        where coalesce(books.total, 0) <> coalesce(items.total, 0)
        """,
    ),
    Invariant(
        "open-item-is-its-postings",
        "The remainder and the customer of each open item are those of the entries on its claim.",
        """
        select coalesce(books.claim_id, item.document_id) from
            (select entry.client_id, claim_id, sum(amount_ore) as total, min(customer_id::text) as payer,
                    count(distinct customer_id) as payers
             from entry join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
             where account = 1500 group by entry.client_id, claim_id) books
        full join open_item item on item.client_id = books.client_id and item.document_id = books.claim_id
        where books.total is distinct from item.remaining_ore or books.payer is distinct from item.customer_id::text
           or books.payers <> 1
        """,
    ),
    Invariant(
        "bank-is-receipts",
        "The bank account has exactly the receipts, each with its whole amount.",
        f"""
        select entry.client_id, entry.id from entry
        join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        group by entry.client_id, entry.id, entry.purpose
        having (entry.purpose = 'receipt') <> bool_or(posting.account = {BANK}) or count(*) filter (
            where posting.account = {BANK}) > 1
        """,  # noqa: S608  # a constant of our own
    ),
    Invariant(
        "clearing-is-of-payments",
        "Only movements of payments use the clearing accounts, and what changes a claim names it.",
        f"""
        select entry.client_id, entry.id, entry.purpose from entry
        join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        where (account in ({_UNMATCHED}) and entry.source <> 'payment')
           or (account = {RECEIVABLES} and entry.claim_id is null)
        """,  # noqa: S608  # constants of our own
    ),
    Invariant(
        "entry-of-one-client",
        "The lines of an entry belong to the same client as the entry.",
        """
        select posting.entry_id from posting join entry on entry.id = posting.entry_id
        where posting.client_id <> entry.client_id
        """,
    ),
    Invariant(
        "entries-emitted-once",
        "Every entry has been emitted exactly once.",
        f"""
        select coalesce(books.key, emitted.key) from
            (select coalesce(document_id, source_id) as key, count(*) as number,
                    count(*) filter (where created_at >= {OUTBOX_COMPLETE_FROM}) as recent
             from entry group by 1) books
        full join (
            select key, count(*) as number from outbox
            where type in ('ledger.entry-posted.v1', 'ledger.clearing-posted.v1') group by 1
        ) emitted on emitted.key = books.key
        where coalesce(emitted.number, 0) not between books.recent and books.number or books.key is null
        """,  # noqa: S608  # a constant of our own
    ),
    Invariant(
        "hash-chain",
        "No entry has been changed: each client's hash chain is intact from the first entry to the head.",
        broken_links,
    ),
)

RECORDS: dict[str, str] = {
    "posted": """
        select entry.document_id::text as key,
               purpose || ' ' || (case purpose when 'invoice' then 1 else -1 end * sum(amount_ore))::text as value
        from entry join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        where source = 'document' and account = 1500
        group by entry.client_id, entry.id
    """,
    "bank": f"""
        select entry.source_id::text as key, entry_date || ' ' || sum(amount_ore) as value
        from entry join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        where account = {BANK}
        group by entry.client_id, entry.id
    """,  # noqa: S608  # a constant of our own
    "clearing": f"""
        select entry.source_id || ' ' || purpose as key, (-sum(amount_ore))::text as value
        from entry join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        where account in ({_UNMATCHED})
        group by entry.client_id, entry.id
    """,  # noqa: S608  # constants of our own
    "open": "select document_id::text as key, remaining_ore::text as value from open_item",
}
