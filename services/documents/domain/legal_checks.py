"""What the requirements of law look at in a document that is ready to be confirmed."""

from collections.abc import Callable, Iterable
from typing import Final

from services.documents.domain.confirmed import Line
from services.documents.domain.ready_to_confirm import ReadyToConfirm, country_of_delivery, place_of
from shared.countries import NORWAY
from shared.mva import MVA_CODES, MvaCode
from shared.orgnr import OrgnrError, orgnr

Missing = Callable[[ReadyToConfirm], Iterable[str]]
"""JSON pointers of what is missing, `""` where it is not in the document itself; empty when nothing is."""

REGISTERED_FORMS: Final = frozenset({"AS", "ASA", "NUF"})


def unless(is_met: Callable[[ReadyToConfirm], object], pointer: str = "") -> Missing:
    def missing(document: ReadyToConfirm) -> Iterable[str]:
        return () if is_met(document) else (pointer,)

    return missing


def on_each_line(is_met: Callable[[Line], object], field: str) -> Missing:
    def missing(document: ReadyToConfirm) -> Iterable[str]:
        return (f"/lines/{line.line_no - 1}/{field}" for line in document.priced.lines if not is_met(line))

    return missing


def seller_orgnr_is_valid(document: ReadyToConfirm) -> bool:
    try:
        return bool(orgnr(document.parties.client.orgnr))
    except OrgnrError:
        return False


def seller_address_is_complete(document: ReadyToConfirm) -> bool:
    client = document.parties.client
    return client.legal_form not in REGISTERED_FORMS or client.address.is_complete


def register_is_named(document: ReadyToConfirm) -> bool:
    client = document.parties.client
    return client.legal_form not in REGISTERED_FORMS or client.in_foretaksregisteret


def buyer_is_identified(document: ReadyToConfirm) -> bool:
    customer = document.parties.customer
    return bool(customer.name and (customer.address.is_complete or customer.orgnr))


def place_is_known(document: ReadyToConfirm) -> bool:
    return bool(document.content.delivery_place or place_of(document.parties.customer))


def mva_only_from_registered(document: ReadyToConfirm) -> Iterable[str]:
    if document.parties.client.mva_registered:
        return ()
    return (f"/lines/{line.line_no - 1}/mva_code" for line in document.priced.lines if line.mva_rate)


def reverse_charge_only_from_registered(document: ReadyToConfirm) -> Iterable[str]:
    return (
        ()
        if document.parties.client.mva_registered
        else lines_with(lambda code: code.needs_reverse_charge_text, document)
    )


def something_is_exported(document: ReadyToConfirm) -> Iterable[str]:
    """To a Norwegian buyer in Norway nothing is. Where only the place is written, it may be: a warning says so."""
    customer = document.parties.customer
    within = {customer.address.country, country_of_delivery(document.content, customer)} == {NORWAY}
    return lines_with(lambda code: code.is_export, document) if within else ()


def lines_with(is_so: Callable[[MvaCode], bool], document: ReadyToConfirm) -> Iterable[str]:
    """The pointers of the MVA codes that are so."""
    lines = (line for line in document.priced.lines if is_so(MVA_CODES[line.mva_code]))
    return (f"/lines/{line.line_no - 1}/mva_code" for line in lines)


def due_date_is_known(document: ReadyToConfirm) -> bool:
    """Where nothing is to be paid, nothing falls due."""
    return document.payable_ore <= 0 or document.terms_days is not None


def reverse_charge_buyer_is_named(document: ReadyToConfirm) -> bool:
    reversed_ = any(MVA_CODES[total.code].needs_reverse_charge_text for total in document.priced.mva_totals)
    return not reversed_ or bool(document.parties.customer.orgnr)


def business_buyer_has_orgnr(document: ReadyToConfirm) -> bool:
    customer = document.parties.customer
    return not customer.is_business or customer.address.country != NORWAY or bool(customer.orgnr)
