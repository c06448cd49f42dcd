"""What must always be true in rendering, its records for reconciliation with other services, and what
waits for a person."""

from shared.service import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        name="rendered-hash",
        promise="Every file is named by the SHA-256 of its bytes: 64 hex digits.",
        violations="select document_id, purpose, sha256 from artefact where sha256 !~ '^[0-9a-f]{64}$'",
    ),
    Invariant(
        name="rendered-to-read",
        promise="Every rendered document has exactly one file to read, so that mail and paper agree.",
        violations="""
            select document_id, count(*) filter (where purpose = 'read') from artefact
            group by client_id, document_id having count(*) filter (where purpose = 'read') <> 1
        """,
    ),
    Invariant(
        name="rendered-or-held",
        promise="A rendered document is not held.",
        violations="select distinct document_id, code from held join artefact using (client_id, document_id)",
    ),
    Invariant(
        name="presented-is-rendered",
        promise="What was made to look otherwise has its file.",
        violations="""
            select document_id, logo from presentation
            where not exists (
                select from artefact
                where artefact.client_id = presentation.client_id and artefact.document_id = presentation.document_id)
        """,
    ),
    Invariant(
        name="rendered-emitted-once",
        promise="Every rendered document was emitted exactly once, and no other was.",
        violations="""
            select coalesce(rendered.document_id, emitted.key) as document_id, coalesce(emitted.times, 0) as times
            from (select distinct document_id from artefact) rendered
            full join (
                select key, count(*) as times from outbox where type = 'rendering.document-rendered.v1' group by key
            ) emitted on emitted.key = rendered.document_id
            where rendered.document_id is null or coalesce(emitted.times, 0) <> 1
        """,
    ),
)

RECORDS: dict[str, str] = {
    "rendered": "select document_id::text as key, sha256 as value from artefact where purpose = 'read'",
    "held": "select document_id::text as key, code as value from held",
}

ATTENTION: dict[str, str] = {
    "held document": "select document_id as id, held_at as since, code || ': ' || reason as reason from held",
}
