"""What must always be true in rendering, and what it can testify to."""

from shared.service import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        name="rendered-hash",
        promise="Every file is named by the SHA-256 of its bytes: 64 hex digits.",
        violations="select id from artefact where sha256 !~ '^[0-9a-f]{64}$'",
    ),
    Invariant(
        name="rendered-once",
        promise="A document has one file, so that mail and paper show the same.",
        violations="select document_id, count(*) from artefact group by document_id having count(*) > 1",
    ),
    Invariant(
        name="rendered-or-held",
        promise="A document that has been rendered is not held any more.",
        violations="select document_id, code from held join artefact using (client_id, document_id)",
    ),
    Invariant(
        name="rendered-said-once",
        promise="Every file has been told of exactly once, and nothing else has.",
        violations="""
            select coalesce(artefact.document_id, said.key) as document_id, coalesce(said.times, 0) as times_said
            from artefact
            full join (
                select key, count(*) as times from outbox where type = 'rendering.document-rendered.v1' group by key
            ) said on said.key = artefact.document_id
            where artefact.document_id is null or coalesce(said.times, 0) <> 1
        """,
    ),
)

RECORDS: dict[str, str] = {
    "rendered": "select document_id::text as key, sha256 as value from artefact",
    "held": "select document_id::text as key, code as value from held",
}
