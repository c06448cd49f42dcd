"""Issue invoices: one, or a whole run under one block of numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.documents.domain.document import WholeDocument, in_order_of
from services.documents.domain.errors import DocumentNotFound
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.domain.unnumbered import Parties, ReadyToConfirm
from services.documents.store import copies, documents
from services.documents.usecases.confirm import confirm
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.problems import DomainError, Refused


async def issue_invoices(work: UnitOfWork, client_id: UUID, ids: Sequence[UUID]) -> list[DocumentConfirmed]:
    """All of them issued, in this order, or none. Those issued before answer as they are: issuing twice is harmless.

    Raises Refused with all that is missing in any of them; with several ids the pointers begin with `/ids/<index>`.
    """
    found = await documents.lock(work.session, client_id, "invoice", ids)
    _refuse_unknown(ids, found)
    drafts = [document for document in in_order_of(ids, found) if document.row.is_draft]
    frozen = {document.row.document_id: document.frozen() for document in found if not document.row.is_draft}
    if drafts:
        issued = await _issue(work, client_id, ids, drafts)
        frozen |= {event.document.document_id: event for event in issued}
    return [frozen[identity] for identity in ids]


async def _issue(
    work: UnitOfWork, client_id: UUID, ids: Sequence[UUID], drafts: Sequence[WholeDocument]
) -> list[DocumentConfirmed]:
    client = await copies.client(work.session, client_id)
    customers = await copies.customers(work.session, client_id, [document.row.customer_id for document in drafts])
    drafted = [
        Drafted(
            document.row.document_id,
            "invoice",
            document.drafted(),
            Parties(client, customers[document.row.customer_id]),
        )
        for document in drafts
    ]
    places = {identity: f"/ids/{index}" if len(ids) > 1 else "" for index, identity in enumerate(ids)}
    return await confirm(work, client, "invoice", lambda day: _prepare_all(drafted, day, places))


def _prepare_all(drafted: Sequence[Drafted], day: date, places: Mapping[UUID, str]) -> list[ReadyToConfirm]:
    """Each invoice decided; what is wrong with any of them is gathered before it is told."""
    prepared: list[ReadyToConfirm] = []
    refused: list[DomainError] = []
    for one in drafted:
        try:
            prepared.append(prepare_drafted(one, day))
        except Refused as error:
            refused += [_placed(item, places[one.document_id]) for item in error.errors]
    if refused:
        raise Refused(tuple(refused))
    return prepared


def _placed(error: DomainError, place: str) -> DomainError:
    error.pointer = f"{place}{error.pointer or ''}" or error.pointer
    return error


def _refuse_unknown(ids: Sequence[UUID], found: Sequence[WholeDocument]) -> None:
    known = {document.row.document_id for document in found}
    unknown = [(index, identity) for index, identity in enumerate(ids) if identity not in known]
    if unknown:
        errors = [
            DocumentNotFound(pointer=f"/ids/{index}" if len(ids) > 1 else None, document_id=one)
            for index, one in unknown
        ]
        raise errors[0] if len(errors) == 1 else Refused(tuple(errors))
