"""Register a company as a client of the bureau."""

from services.customers.domain.client import Client, NewClient, checked_client
from services.customers.domain.errors import BankAccountInUse, ClientExternalIdTaken, OrgnrTaken
from services.customers.events import client_change, client_changed
from services.customers.store import clients
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.problems import DomainError


async def register_client(work: UnitOfWork, new_client: NewClient) -> Client:
    """The client in its first version. Raises Refused, OrgnrTaken, ClientExternalIdTaken, BankAccountInUse."""
    checked = checked_client(new_client)
    client = Client(
        client_id=new_id(),
        version=1,
        details=checked.details,
        first_invoice_number=checked.first_invoice_number or 1,
        external_id=checked.external_id,
        logo=None,
        registered_at=work.clock.now(),
    )
    if not await clients.add(work.session, client):
        raise await _taken(work, client)
    work.emit(client_changed(client))
    work.changed(client_change(None, client))
    return client


async def _taken(work: UnitOfWork, client: Client) -> DomainError:
    orgnr, external_id = client.details.orgnr, client.external_id
    other = await clients.holder(work.session, orgnr, external_id)
    if other is None:
        return BankAccountInUse(pointer="/bank_account")
    if other.details.orgnr == orgnr:
        return OrgnrTaken(pointer="/orgnr", orgnr=orgnr, client_id=other.client_id)
    return ClientExternalIdTaken(pointer="/external_id", external_id=external_id, client_id=other.client_id)
