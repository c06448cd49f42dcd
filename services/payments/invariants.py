"""What must always be true here. Each query returns the rows that break the promise."""

from services.payments.domain.booking import FURTHEST_AHEAD
from shared.db.retention import OUTBOX_COMPLETE_FROM
from shared.service import Invariant

_HOLDING = """(
    select m.* from match m where not exists (
        select from undone_match u where u.client_id = m.client_id and u.match_id = m.id)) holding"""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "bank-file-adds-up",
        "Payments of a file = matched + unmatched + duplicates, in number and in sum.",
        """
        select client_id, id, payments, total_ore from bank_file
        where payments <> matched + unmatched + duplicates
           or total_ore <> matched_ore + unmatched_ore + duplicates_ore
           or partial + over > matched
        """,
    ),
    Invariant(
        "bank-file-is-booked",
        "Exactly the payments of a file that are not duplicates are booked.",
        """
        select f.client_id, f.id, f.total_ore, f.duplicates_ore, sum(p.amount_ore) as booked_ore, count(p.id) as booked
        from bank_file f left join payment p on p.client_id = f.client_id and p.bank_file_id = f.id
        group by f.client_id, f.id
        having count(p.id) <> f.payments - f.duplicates
            or coalesce(sum(p.amount_ore), 0) <> f.total_ore - f.duplicates_ore
        """,
    ),
    Invariant(
        "approvals-are-by-another-person",
        "An import that was approved was approved by another key and person than asked, in time, and is there.",
        """
        select a.approval_id from approval a
        where a.state = 'approved' and (
            a.decided_key_id = a.requested_key_id or lower(a.decided_holder) = lower(a.requested_holder)
            or lower(a.decided_root) = lower(a.requested_root)
            or a.decided_holder is null or a.decided_at >= a.expires_at
            or not exists (select from bank_file f where f.id = a.result_id and f.state = 'imported'))
        """,
    ),
    Invariant(
        "control-sum-agrees",
        "The control sum of a file is that of its booked payments, unless some were duplicates.",
        """
        select f.client_id, f.id, f.control_ore, sum(p.control_ore) as booked_ore
        from bank_file f left join payment p on p.client_id = f.client_id and p.bank_file_id = f.id
        where f.duplicates = 0
        group by f.client_id, f.id
        having f.control_ore <> coalesce(sum(p.control_ore), 0)
            or count(*) filter (where abs(p.control_ore) <> abs(p.amount_ore)) > 0
        """,
    ),
    Invariant(
        "every-ore-has-a-place",
        "What of a payment is on claims and refunded is what its matches and refunds say, and never more than it.",
        f"""
        select p.client_id, p.id, p.amount_ore, p.matched_ore, p.refunded_ore, p.reversed_ore
        from payment p
        left join (select client_id, payment_id, sum(amount_ore) as ore, bool_or(amount_ore = 0) as empty
                   from {_HOLDING} group by 1, 2) m on m.client_id = p.client_id and m.payment_id = p.id
        left join (select client_id, payment_id, sum(amount_ore) as ore from refund group by 1, 2) r
            on r.client_id = p.client_id and r.payment_id = p.id
        where p.matched_ore <> coalesce(m.ore, 0) or p.refunded_ore <> coalesce(r.ore, 0) or m.empty
           or abs(p.matched_ore + p.refunded_ore + p.reversed_ore) > abs(p.amount_ore)
           or least(p.amount_ore, 0) > least(p.matched_ore, p.refunded_ore, p.reversed_ore)
           or greatest(p.amount_ore, 0) < greatest(p.matched_ore, p.refunded_ore, p.reversed_ore)
        """,  # noqa: S608  # a constant of our own
    ),
    Invariant(
        "unmatched-is-what-is-left",
        "A payment is unmatched exactly when something of it lies in clearing, and every match is of a payment.",
        """
        select p.client_id, p.id, p.state from payment p
        where (p.state = 'unmatched') <> (
            p.amount_ore = 0 or p.amount_ore <> p.matched_ore + p.refunded_ore + p.reversed_ore)
        union all
        select m.client_id, m.id, 'no payment' from match m
        where not exists (select from payment p where p.client_id = m.client_id and p.id = m.payment_id)
        """,
    ),
    Invariant(
        "reversal-and-reversed-cancel",
        "A payment that takes another back is its opposite, and neither is on a claim.",
        """
        select r.client_id, r.id, r.reverses from payment r
        left join payment p on p.client_id = r.client_id and p.id = r.reverses
        where r.reverses is not null and (p.id is null or p.reversed_ore <> -r.reversed_ore or p.matched_ore <> 0)
        union all
        select p.client_id, p.id, null from payment p
        where p.amount_ore > 0 and p.reversed_ore <> 0
          and (select count(*) from payment r where r.client_id = p.client_id and r.reverses = p.id) <> 1
        """,
    ),
    Invariant(
        "nothing-matchable-waits",
        "No payment waits for a claim that is here.",
        """
        select p.client_id, p.id, c.document_id
        from payment p join claim c on c.client_id = p.client_id and c.account = p.account and c.kid = p.kid
        where p.state = 'unmatched' and p.reason in ('unknown_kid', 'invalid_kid')
        """,
    ),
    Invariant(
        "claim-is-what-came",
        "The credited and paid amounts of a claim are the sums of its credit notes and matches.",
        f"""
        select c.client_id, c.document_id, c.credited_ore, c.paid_ore, k.credited_ore, m.paid_ore
        from claim c
        left join (select client_id, invoice_id, sum(amount_ore) as credited_ore from credit group by 1, 2) k
            on k.client_id = c.client_id and k.invoice_id = c.document_id
        left join (select client_id, document_id, sum(amount_ore) as paid_ore
                   from {_HOLDING} group by 1, 2) m
            on m.client_id = c.client_id and m.document_id = c.document_id
        where c.credited_ore <> coalesce(k.credited_ore, 0) or c.paid_ore <> coalesce(m.paid_ore, 0)
        """,  # noqa: S608  # a constant of our own
    ),
    Invariant(
        "match-has-claim",
        "Every match has a claim; one that was made when the payment came has the payment's account and KID.",
        """
        select m.client_id, m.payment_id, m.document_id
        from match m
        join payment p on p.client_id = m.client_id and p.id = m.payment_id
        left join claim c on c.client_id = m.client_id and c.document_id = m.document_id
        where c.document_id is null
           or (not m.from_clearing and (c.account is distinct from p.account or c.kid is distinct from p.kid))
        """,
    ),
    Invariant(
        "settled-when-nothing-is-left",
        "A claim is settled exactly when nothing is left to pay.",
        """
        select client_id, document_id, payable_ore, credited_ore, paid_ore, settled_on from claim
        where (settled_on is not null) <> (payable_ore - credited_ore - paid_ore <= 0)
        """,
    ),
    Invariant(
        "settled-counts-up",
        "A claim that is settled has been settled at least once.",
        "select client_id, document_id from claim where settled_on is not null and settlements = 0 or settlements < 0",
    ),
    Invariant(
        "turns-are-emitted",
        "document-settled and document-reopened have been emitted once for each time a claim was settled and reopened.",
        f"""
        select coalesce(c.client_id, o.client_id) as client_id, coalesce(c.document_id, o.key) as document_id,
               c.settlements, o.settled, o.reopened
        from (select client_id, document_id, settled_on, settlements from claim where settlements > 0) c
        full join (
            select client_id, key, count(*) filter (where type = 'payments.document-settled.v1') as settled,
                   count(*) filter (where type = 'payments.document-reopened.v1') as reopened
            from outbox where type in ('payments.document-settled.v1', 'payments.document-reopened.v1') group by 1, 2
        ) o on o.client_id = c.client_id and o.key = c.document_id
        where c.document_id is null or o.settled > c.settlements
           or o.reopened > c.settlements - (c.settled_on is not null)::int
           or (coalesce(o.settled, 0) = 0
               and c.settled_on >= {OUTBOX_COMPLETE_FROM} + interval '{FURTHEST_AHEAD.days} days')
        """,  # noqa: S608  # constants of our own
    ),
    Invariant(
        "overdue-levels-in-order",
        "A claim's overdue levels run from 1 without gaps and in order of time, and the claim has the last one.",
        """
        select c.client_id, c.document_id, c.overdue_level, count(o.level) as levels
        from claim c
        left join (
            select o.*, lag(found_on) over (partition by client_id, document_id order by level) as found_before
            from overdue o
        ) o on o.client_id = c.client_id and o.document_id = c.document_id
        group by c.client_id, c.document_id
        having c.overdue_level <> count(o.level) or c.overdue_level <> coalesce(max(o.level), 0)
            or c.overdue_on is distinct from max(o.found_on) or bool_or(o.found_before >= o.found_on)
        """,
    ),
    Invariant(
        "overdue-has-something-left",
        "Only claims with something left to pay become overdue, after their due date.",
        """
        select o.client_id, o.document_id, o.level, o.outstanding_ore
        from overdue o
        left join claim c on c.client_id = o.client_id and c.document_id = o.document_id
        where c.document_id is null or o.outstanding_ore <= 0 or o.found_on <= c.due_date
        """,
    ),
    Invariant(
        "overdue-was-sent",
        "No claim becomes overdue before its invoice has been sent.",
        """
        select o.client_id, o.document_id, o.level, o.found_on
        from overdue o left join sent_invoice s using (client_id, document_id)
        where s.document_id is null or s.sent_on > o.found_on
        """,
    ),
    Invariant(
        "holds-do-not-overlap",
        "A claim is on hold once at a time.",
        """
        select a.client_id, a.document_id, a.id, b.id as other_id
        from claim_hold a join claim_hold b
            on b.client_id = a.client_id and b.document_id = a.document_id and b.id > a.id
        where b.held_on < least(coalesce(a.until + 1, 'infinity'), coalesce(a.released_on, 'infinity'))
        """,
    ),
    Invariant(
        "held-is-not-overdue",
        "No claim becomes overdue while it is on hold, and only claims are on hold.",
        """
        select h.client_id, h.document_id, o.level, o.found_on
        from claim_hold h left join overdue o on o.client_id = h.client_id and o.document_id = h.document_id
        where (o.found_on > h.held_on and o.found_on <= coalesce(h.until, 'infinity')
               and o.found_on < coalesce(h.released_on, 'infinity'))
           or not exists (select from claim c where c.client_id = h.client_id and c.document_id = h.document_id)
        """,
    ),
)

RECORDS: dict[str, str] = {
    "claims": """
        select document_id::text as key, (payable_ore - credited_ore - paid_ore)::text as value from claim
    """,
    "bank": "select id::text as key, paid_on || ' ' || amount_ore as value from payment",
    "clearing": """
        select id || ' receipt' as key, amount_ore::text as value from payment p
        where not exists (
            select from match m where m.client_id = p.client_id and m.payment_id = p.id and not from_clearing)
        union all
        select id || ' match', (-amount_ore)::text from match where from_clearing
        union all
        select m.id || ' match_undone', m.amount_ore::text from match m
        join undone_match u on u.client_id = m.client_id and u.match_id = m.id
        union all
        select id || ' refund', (-amount_ore)::text from refund
    """,
    "overdue": "select document_id::text || ':' || level as key, outstanding_ore::text as value from overdue",
    "files": """
        select client_id::text || ':' || id as key, total_ore::text as value from bank_file where state = 'imported'
    """,
}
