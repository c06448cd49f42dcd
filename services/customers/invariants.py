"""What must always be true of clients, customers and keys, as queries for the rows that break it."""

from services.customers.store.audit_log import breaks
from shared.db.retention import OUTBOX_COMPLETE_FROM
from shared.service import Invariant

_NOT_EMITTED = f"""
    select t.{{identity}}, t.version as stored, event.version as emitted from {{table}} t
    left join lateral (
        select max((cast(o.body as jsonb) -> 'data' ->> 'version')::int) as version from outbox o
        where o.key = t.{{identity}} and o.type = 'customers.{{event}}.v1'
    ) event on true
    where event.version <> t.version or (event.version is null and t.{{created}} >= {OUTBOX_COMPLETE_FROM})
"""  # noqa: S608  # a constant of our own
"""Rows whose version is not the highest one in the outbox. Those whose events may all be deleted are left out."""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "client-versions-are-emitted",
        "The latest version of every client has been emitted.",
        _NOT_EMITTED.format(event="client-changed", table="client", identity="client_id", created="registered_at"),
    ),
    Invariant(
        "customer-versions-are-emitted",
        "The latest version of every customer has been emitted.",
        _NOT_EMITTED.format(
            event="customer-changed", table="customer", identity="customer_id", created="registered_at"
        ),
    ),
    Invariant(
        "key-versions-are-emitted",
        "The latest version of every key has been emitted.",
        _NOT_EMITTED.format(event="api-key-changed", table="issued_key", identity="key_id", created="created_at"),
    ),
    Invariant(
        "customer-numbers-are-gapless",
        "Every client has a counter, and every customer number below it is taken.",
        """
        select c.client_id, k.next_number, taken.count as taken_below from client c
        left join customer_counter k using (client_id)
        cross join lateral (
            select count(*) as count from customer u
            where u.client_id = c.client_id and u.customer_number < k.next_number
        ) taken
        where taken.count is distinct from k.next_number - 1
        """,
    ),
    Invariant(
        "keys-are-hashed",
        "Of a secret only the SHA-256 hash is stored, as 64 hexadecimal digits.",
        """
        select key_id from issued_key where secret_sha256 !~ '^[0-9a-f]{64}$'
        union all select key_id from api_key where secret_sha256 !~ '^[0-9a-f]{64}$'
        """,
    ),
    Invariant(
        "inactive-clients-have-no-keys",
        "A client that is not active has no active key.",
        """
        select k.key_id, k.client_id from issued_key k join client c using (client_id)
        where k.active and not c.active
        """,
    ),
    Invariant(
        "accounts-in-force-are-approved",
        "A client whose account was changed by approval has the account that was approved last.",
        """
        select c.client_id, c.version from client c
        where exists (select from approval a where a.result_id = c.client_id and a.state = 'approved')
          and not exists (
            select from approval a
            where a.result_id = c.client_id and a.state = 'approved' and a.after ->> 'bank_account' = c.bank_account
              and a.decided_at = (select max(b.decided_at) from approval b where b.result_id = c.client_id))
        """,
    ),
    Invariant(
        "approvals-are-by-another-person",
        "What was approved was approved by another key and person than asked, in time, and has its result.",
        """
        select a.approval_id, a.kind from approval a
        left join client c on a.kind = 'bank_account' and c.client_id = a.result_id
        left join issued_key k on a.kind = 'api_key' and k.key_id = a.result_id
        where a.state = 'approved' and (
            a.decided_key_id = a.requested_key_id or lower(a.decided_holder) = lower(a.requested_holder)
            or lower(a.decided_root) = lower(a.requested_root)
            or a.decided_holder is null or a.decided_at >= a.expires_at or coalesce(c.client_id, k.key_id) is null)
        """,
    ),
    Invariant(
        "audit-entries-are-chained",
        "No audit entry has been changed or removed since it was received.",
        breaks,
    ),
    Invariant(
        "key-copies-are-as-issued",
        "The copy that calls are checked against holds every issued key as it is, and no other.",
        """
        select coalesce(i.key_id, k.key_id) as key_id, i.version as issued, k.version as copied
        from issued_key i full join api_key k using (key_id)
        where (i.version, i.kind, i.client_id, i.secret_sha256, i.scopes, i.active, i.expires_at, i.holder,
               i.introduced_by)
            is distinct from
              (k.version, k.kind, k.client_id, k.secret_sha256, k.scopes, k.active, k.expires_at, k.holder,
               k.introduced_by)
        """,
    ),
)

RECORDS: dict[str, str] = {
    "clients": "select client_id::text as key, version::text as value from client",
    "customers": "select customer_id::text as key, version::text as value from customer",
    "api-keys": "select key_id::text as key, version::text as value from issued_key",
}
