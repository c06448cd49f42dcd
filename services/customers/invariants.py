"""What must always be true of clients, customers and keys, as queries that find what breaks it."""

from shared.service import Invariant

_SAID_AS_STORED = """
    select t.{identity}, t.version as stored, said.version as said from {table} t
    left join lateral (
        select max((cast(o.body as jsonb) -> 'data' ->> 'version')::int) as version from outbox o
        where o.key = t.{identity} and o.type = 'customers.{event}.v1'
    ) said on true
    where said.version is distinct from t.version
"""
"""Rows whose latest version is not the highest one told."""


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "clients-are-told",
        "The latest version of every client has been said.",
        _SAID_AS_STORED.format(event="client-changed", table="client", identity="client_id"),
    ),
    Invariant(
        "customers-are-told",
        "The latest version of every customer has been said.",
        _SAID_AS_STORED.format(event="customer-changed", table="customer", identity="customer_id"),
    ),
    Invariant(
        "keys-are-told",
        "The latest version of every key has been said.",
        _SAID_AS_STORED.format(event="api-key-changed", table="issued_key", identity="key_id"),
    ),
    Invariant(
        "customer-numbers-are-gapless",
        "Every customer number below a client's counter is taken, and every client has a counter.",
        """
        select c.client_id, k.next_number, taken.many as taken_below from client c
        left join customer_counter k using (client_id)
        cross join lateral (
            select count(*) as many from customer u
            where u.client_id = c.client_id and u.customer_number < k.next_number
        ) taken
        where taken.many is distinct from k.next_number - 1
        """,
    ),
    Invariant(
        "keys-are-hashed",
        "No secret is stored: only SHA-256 hashes of 64 hexadecimal digits.",
        """
        select key_id from issued_key where secret_sha256 !~ '^[0-9a-f]{64}$'
        union all select key_id from api_key where secret_sha256 !~ '^[0-9a-f]{64}$'
        """,
    ),
    Invariant(
        "keys-are-checked-as-issued",
        "The copy that calls are checked against says what was issued, and holds nothing besides.",
        """
        select coalesce(i.key_id, k.key_id) as key_id, i.version as issued, k.version as checked
        from issued_key i full join api_key k using (key_id)
        where (i.version, i.kind, i.client_id, i.secret_sha256, i.scopes, i.active)
            is distinct from (k.version, k.kind, k.client_id, k.secret_sha256, k.scopes, k.active)
        """,
    ),
)

RECORDS: dict[str, str] = {
    "clients": "select client_id::text as key, version::text as value from client",
    "customers": "select customer_id::text as key, version::text as value from customer",
    "api-keys": "select key_id::text as key, version::text as value from issued_key",
}
