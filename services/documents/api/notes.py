"""/v1/credit-notes and /v1/reminders: documents that are made from an invoice, to be read."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.documents.api.answers import DocumentAnswer
from services.documents.api.common import Documents, read_document
from shared.http.documentation import problems
from shared.http.limits import JsonRoute

router = APIRouter(prefix="/v1", route_class=JsonRoute)


@router.get(
    "/credit-notes/{credit_note_id}", tags=["credit notes"], summary="Read a credit note", responses=problems(404, 422)
)
async def credit_note(credit_note_id: UUID, call: Documents, response: Response) -> DocumentAnswer:
    """Amounts are positive; `refers_to` names the invoice that it takes back."""
    return await read_document(call, response, "credit_note", credit_note_id)


@router.get("/reminders/{reminder_id}", tags=["reminders"], summary="Read a reminder", responses=problems(404, 422))
async def reminder(reminder_id: UUID, call: Documents, response: Response) -> DocumentAnswer:
    """It sells nothing, so its totals are zero; `payable_ore` is to be paid with the KID of the invoice."""
    return await read_document(call, response, "reminder", reminder_id)
