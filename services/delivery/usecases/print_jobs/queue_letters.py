"""Queue letters: a print job for each delivery whose turn with the print shop has come."""

from collections.abc import Sequence

from services.delivery.domain.channels import PRINT
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.document import choose_artefact
from services.delivery.domain.machine import Change, Terms
from services.delivery.domain.print_job import sheets_of
from services.delivery.store import print_jobs
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def queue_letters(work: UnitOfWork, pairs: Sequence[tuple[Delivery, Change]], terms: Terms) -> None:
    """Picks out the deliveries that change to `in_print`; a rejected letter that goes back has its job already."""
    entering = [delivery for delivery, change in pairs if change.state == "in_print" and delivery.state != "in_print"]
    await print_jobs.insert(work.session, [_new_job(work, delivery, terms) for delivery in entering])


def _new_job(work: UnitOfWork, delivery: Delivery, terms: Terms) -> dict[str, object]:
    artefact = choose_artefact(delivery.artefacts, terms.channels[PRINT].purposes)
    assert artefact is not None, "the route has no channel without an artefact"
    return {
        "print_job_id": new_id(),
        "client_id": delivery.client_id,
        "delivery_id": delivery.delivery_id,
        "sha256": artefact.sha256,
        "size_bytes": artefact.size_bytes,
        "pages": artefact.pages,
        "sheets": sheets_of(artefact.pages, duplex=terms.duplex),
        "filename": artefact.filename,
        "created_at": work.clock.now(),
    }
