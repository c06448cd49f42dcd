"""What the law requires of a document before it may have a number. The rules are dated data, each with its source.

A change of law is a new row, or a last day on an old one. All rows in force on the document's date are checked, so that
everything missing is reported at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from services.documents.domain.confirmed import Line
from services.documents.domain.errors import LegalContentMissing
from services.documents.domain.ready_to_confirm import ReadyToConfirm, place_of
from shared.mva import MVA_CODES
from shared.orgnr import OrgnrError, orgnr
from shared.problems import DomainError
from shared.values import DocumentKind

Missing = Callable[[ReadyToConfirm], Iterable[str]]
"""JSON pointers of what is missing, `""` where it is not in the document itself; empty when nothing is."""

BOOKKEEPING = "bokføringsforskriften (FOR-2004-12-01-1558)"
BUSINESS_REGISTER = "foretaksregisterloven (LOV-1985-06-21-78)"
MVA_ACT = "merverdiavgiftsloven (LOV-2009-06-19-58)"

REGISTERED_FORMS = frozenset({"AS", "ASA", "NUF"})
SALES: frozenset[DocumentKind] = frozenset({"invoice", "credit_note"})
BUSINESS_LETTERS: frozenset[DocumentKind] = SALES | {"order_confirmation"}
INVOICES: frozenset[DocumentKind] = frozenset({"invoice"})


@dataclass(frozen=True)
class Requirement:
    """Something a document must have, from `first_day` to `last_day`, both included; None is an open end."""

    code: str
    paragraph: str
    law: str
    kinds: frozenset[DocumentKind]
    missing: Missing
    nb: str
    en: str
    first_day: date = date(2006, 1, 1)
    last_day: date | None = None

    @property
    def source(self) -> str:
        return f"{self.law.partition(' (')[0]} {self.paragraph}"

    def applies_to(self, document: ReadyToConfirm, day: date) -> bool:
        in_force = self.first_day <= day and (self.last_day is None or day <= self.last_day)
        return in_force and document.kind in self.kinds


def missing_content(document: ReadyToConfirm, day: date) -> tuple[DomainError, ...]:
    """Everything the law requires on this day that the document lacks; empty when it may be confirmed."""
    return tuple(
        LegalContentMissing(pointer=pointer, rule=rule.source, field=rule.code, nb=rule.nb, en=rule.en)
        for rule in REQUIREMENTS
        if rule.applies_to(document, day)
        for pointer in rule.missing(document)
    )


def _unless(is_met: Callable[[ReadyToConfirm], object], pointer: str = "") -> Missing:
    def missing(document: ReadyToConfirm) -> Iterable[str]:
        return () if is_met(document) else (pointer,)

    return missing


def _on_each_line(is_met: Callable[[Line], object], field: str) -> Missing:
    def missing(document: ReadyToConfirm) -> Iterable[str]:
        return (f"/lines/{line.line_no - 1}/{field}" for line in document.priced.lines if not is_met(line))

    return missing


def _seller_orgnr_is_valid(document: ReadyToConfirm) -> bool:
    try:
        return bool(orgnr(document.parties.client.orgnr))
    except OrgnrError:
        return False


def _seller_address_is_complete(document: ReadyToConfirm) -> bool:
    address = document.parties.client.address
    return document.parties.client.legal_form not in REGISTERED_FORMS or bool(address.postal_code and address.city)


def _register_is_named(document: ReadyToConfirm) -> bool:
    client = document.parties.client
    return client.legal_form not in REGISTERED_FORMS or client.in_foretaksregisteret


def _buyer_is_identified(document: ReadyToConfirm) -> bool:
    customer = document.parties.customer
    has_address = bool(customer.address.postal_code and customer.address.city)
    return bool(customer.name and (has_address or customer.orgnr))


def _place_is_known(document: ReadyToConfirm) -> bool:
    return bool(document.content.delivery_place or place_of(document.parties.customer))


def _mva_only_from_registered(document: ReadyToConfirm) -> Iterable[str]:
    if document.parties.client.mva_registered:
        return ()
    return (f"/lines/{line.line_no - 1}/mva_code" for line in document.priced.lines if line.mva_rate)


def _reverse_charge_buyer_is_named(document: ReadyToConfirm) -> bool:
    reversed_ = any(MVA_CODES[total.code].needs_reverse_charge_text for total in document.priced.mva_totals)
    return not reversed_ or bool(document.parties.customer.orgnr)


def _business_buyer_has_orgnr(document: ReadyToConfirm) -> bool:
    customer = document.parties.customer
    return not customer.is_business or customer.address.country != "NO" or bool(customer.orgnr)


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        code="seller-name",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=_unless(lambda document: document.parties.client.name),
        nb="Selgerens navn mangler.",
        en="The seller's name is missing.",
    ),
    Requirement(
        code="seller-orgnr",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=_unless(_seller_orgnr_is_valid),
        nb="Selgerens organisasjonsnummer mangler eller er feil.",
        en="The seller's organisation number is missing or wrong.",
    ),
    Requirement(
        code="seller-head-office",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=_unless(_seller_address_is_complete),
        nb="Adressen til selgerens hovedkontor mangler; AS, ASA og NUF må oppgi den.",
        en="The address of the seller's head office is missing; AS, ASA and NUF must state it.",
    ),
    Requirement(
        code="seller-foretaksregisteret",
        paragraph="§ 10-2",
        law=BUSINESS_REGISTER,
        kinds=BUSINESS_LETTERS,
        missing=_unless(_register_is_named),
        nb="AS, ASA og NUF må oppgi «Foretaksregisteret», men selgeren står ikke som registrert der.",
        en="AS, ASA and NUF must state `Foretaksregisteret`, but the seller is not noted as registered there.",
        first_day=date(1988, 1, 1),
    ),
    Requirement(
        code="buyer",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=_unless(_buyer_is_identified, "/customer_id"),
        nb="Kjøperens navn og adresse, eller navn og organisasjonsnummer, mangler.",
        en="The buyer's name and address, or name and organisation number, is missing.",
    ),
    Requirement(
        code="buyer-orgnr",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=_unless(_business_buyer_has_orgnr, "/customer_id"),
        nb="Kjøperens organisasjonsnummer mangler; det kreves fra 2028 når kjøperen er bokføringspliktig.",
        en="The buyer's organisation number is missing; from 2028 it is required of buyers who must keep books.",
        first_day=date(2028, 1, 1),
    ),
    Requirement(
        code="buyer-orgnr-reverse-charge",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=_unless(_reverse_charge_buyer_is_named, "/customer_id"),
        nb="Ved omvendt avgiftsplikt må kjøperens organisasjonsnummer oppgis.",
        en="With reverse charge the buyer's organisation number must be stated.",
        first_day=date(2017, 1, 1),
    ),
    Requirement(
        code="description",
        paragraph="§ 5-1-1 nr. 3",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=_on_each_line(lambda line: line.description, "description"),
        nb="Beskrivelsen av ytelsen mangler.",
        en="The description of what is supplied is missing.",
    ),
    Requirement(
        code="quantity",
        paragraph="§ 5-1-1 nr. 3",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=_on_each_line(lambda line: line.quantity, "quantity"),
        nb="Mengden av ytelsen mangler.",
        en="The quantity of what is supplied is missing.",
    ),
    Requirement(
        code="delivery-time",
        paragraph="§ 5-1-1 nr. 4",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=_unless(lambda document: document.content.delivered_on, "/delivered_on"),
        nb="Tidspunktet for levering mangler.",
        en="The time of delivery is missing.",
    ),
    Requirement(
        code="delivery-place",
        paragraph="§ 5-1-1 nr. 4",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=_unless(_place_is_known, "/delivery_place"),
        nb="Stedet for levering mangler, og kjøperen har ingen adresse.",
        en="The place of delivery is missing, and the buyer has no address.",
    ),
    Requirement(
        code="due-date",
        paragraph="§ 5-1-1 nr. 5",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=_unless(lambda document: document.terms_days is not None, "/payment_terms_days"),
        nb="Betalingsforfall mangler.",
        en="The due date is missing.",
    ),
    Requirement(
        code="mva-from-unregistered-seller",
        paragraph="§ 15-11",
        law=MVA_ACT,
        # Not for credit notes: a seller who has left the register still takes back the tax that was charged.
        kinds=BUSINESS_LETTERS - {"credit_note"},
        missing=_mva_only_from_registered,
        nb="Selgeren er ikke registrert i Merverdiavgiftsregisteret og kan ikke oppgi merverdiavgift.",
        en="The seller is not registered for VAT and may not charge it.",
        first_day=date(2010, 1, 1),
    ),
    Requirement(
        code="reference-to-original",
        paragraph="§ 5-2-7",
        law=BOOKKEEPING,
        kinds=frozenset({"credit_note"}),
        missing=_unless(lambda document: document.refers_to),
        nb="Kreditnotaen må vise til salgsdokumentet den retter.",
        en="The credit note must refer to the sales document it corrects.",
    ),
)
