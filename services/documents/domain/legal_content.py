"""What the law requires of a document before it may have a number. The rules are dated data, each with its source.

A change of law is a new row, or a last day on an old one. All rows in force on the document's date are checked, so that
everything missing is reported at once.
"""

from dataclasses import dataclass
from datetime import date

from services.documents.domain.dated_rule import (
    BOOKKEEPING,
    BUSINESS_LETTERS,
    BUSINESS_REGISTER,
    INVOICES,
    MVA_ACT,
    SALES,
    DatedRule,
)
from services.documents.domain.errors import LegalContentMissing
from services.documents.domain.legal_checks import (
    Missing,
    business_buyer_has_orgnr,
    buyer_is_identified,
    due_date_is_known,
    mva_only_from_registered,
    on_each_line,
    place_is_known,
    register_is_named,
    reverse_charge_buyer_is_named,
    reverse_charge_only_from_registered,
    seller_address_is_complete,
    seller_orgnr_is_valid,
    something_is_exported,
    unless,
)
from services.documents.domain.ready_to_confirm import ReadyToConfirm
from shared.problems import DomainError


@dataclass(frozen=True, kw_only=True)
class Requirement(DatedRule):
    """Something a document must have."""

    missing: Missing


def missing_content(document: ReadyToConfirm, day: date) -> tuple[DomainError, ...]:
    """Everything the law requires on this day that the document lacks; empty when it may be confirmed."""
    return tuple(
        LegalContentMissing(pointer=pointer, rule=rule.source, field=rule.code, nb=rule.nb, en=rule.en)
        for rule in REQUIREMENTS
        if rule.applies(document.kind, _judged_on(rule, document, day))
        for pointer in rule.missing(document)
    )


def _judged_on(rule: Requirement, document: ReadyToConfirm, day: date) -> date:
    """What a credit note takes over from its invoice is judged by the rules of the invoice's day: nobody can change it,
    and a newer rule must not keep an invoice from being credited."""
    invoice = document.refers_to if document.kind == "credit_note" else None
    return invoice.document_date if invoice is not None and "invoice" in rule.kinds else day


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        code="seller-name",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=unless(lambda document: document.parties.client.name),
        nb="Selgerens navn mangler.",
        en="The seller's name is missing.",
    ),
    Requirement(
        code="seller-orgnr",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=unless(seller_orgnr_is_valid),
        nb="Selgerens organisasjonsnummer mangler eller er feil.",
        en="The seller's organisation number is missing or wrong.",
    ),
    Requirement(
        code="seller-head-office",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=unless(seller_address_is_complete),
        nb="Adressen til selgerens hovedkontor mangler; AS, ASA og NUF må oppgi den.",
        en="The address of the seller's head office is missing; AS, ASA and NUF must state it.",
    ),
    Requirement(
        code="seller-foretaksregisteret",
        paragraph="§ 10-2",
        law=BUSINESS_REGISTER,
        kinds=BUSINESS_LETTERS,
        missing=unless(register_is_named),
        nb="AS, ASA og NUF må oppgi «Foretaksregisteret», men selgeren står ikke som registrert der.",
        en="AS, ASA and NUF must state `Foretaksregisteret`, but the seller is not noted as registered there.",
        first_day=date(1988, 1, 1),
    ),
    Requirement(
        code="buyer",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=unless(buyer_is_identified, "/customer_id"),
        nb="Kjøperens navn og adresse, eller navn og organisasjonsnummer, mangler.",
        en="The buyer's name and address, or name and organisation number, is missing.",
    ),
    Requirement(
        code="buyer-orgnr",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=unless(business_buyer_has_orgnr, "/customer_id"),
        nb="Kjøperens organisasjonsnummer mangler; det kreves fra 2028 når kjøperen er bokføringspliktig.",
        en="The buyer's organisation number is missing; from 2028 it is required of buyers who must keep books.",
        first_day=date(2028, 1, 1),
    ),
    Requirement(
        code="buyer-orgnr-reverse-charge",
        paragraph="§ 5-1-2",
        law=BOOKKEEPING,
        kinds=SALES,
        missing=unless(reverse_charge_buyer_is_named, "/customer_id"),
        nb="Ved omvendt avgiftsplikt må kjøperens organisasjonsnummer oppgis.",
        en="With reverse charge the buyer's organisation number must be stated.",
        first_day=date(2017, 1, 1),
    ),
    Requirement(
        code="description",
        paragraph="§ 5-1-1 nr. 3",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=on_each_line(lambda line: line.description, "description"),
        nb="Beskrivelsen av ytelsen mangler.",
        en="The description of what is supplied is missing.",
    ),
    Requirement(
        code="quantity",
        paragraph="§ 5-1-1 nr. 3",
        law=BOOKKEEPING,
        kinds=BUSINESS_LETTERS,
        missing=on_each_line(lambda line: line.quantity, "quantity"),
        nb="Mengden av ytelsen mangler.",
        en="The quantity of what is supplied is missing.",
    ),
    Requirement(
        code="delivery-time",
        paragraph="§ 5-1-1 nr. 4",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=unless(lambda document: document.content.delivered_on, "/delivered_on"),
        nb="Tidspunktet for levering mangler.",
        en="The time of delivery is missing.",
    ),
    Requirement(
        code="delivery-place",
        paragraph="§ 5-1-1 nr. 4",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=unless(place_is_known, "/delivery_place"),
        nb="Stedet for levering mangler, og kjøperen har ingen adresse.",
        en="The place of delivery is missing, and the buyer has no address.",
    ),
    Requirement(
        code="due-date",
        paragraph="§ 5-1-1 nr. 5",
        law=BOOKKEEPING,
        kinds=INVOICES,
        missing=unless(due_date_is_known, "/payment_terms_days"),
        nb="Betalingsforfall mangler.",
        en="The due date is missing.",
    ),
    Requirement(
        code="mva-from-unregistered-seller",
        paragraph="§ 15-11",
        law=MVA_ACT,
        # Not for credit notes: a seller who has left the register still takes back the tax that was charged.
        kinds=BUSINESS_LETTERS - {"credit_note"},
        missing=mva_only_from_registered,
        nb="Selgeren er ikke registrert i Merverdiavgiftsregisteret og kan ikke oppgi merverdiavgift.",
        en="The seller is not registered for VAT and may not charge it.",
        first_day=date(2010, 1, 1),
    ),
    Requirement(
        code="reverse-charge-from-unregistered-seller",
        paragraph="§ 11-1",
        law=MVA_ACT,
        kinds=BUSINESS_LETTERS - {"credit_note"},
        missing=reverse_charge_only_from_registered,
        nb="Omvendt avgiftsplikt gjelder bare salg fra en selger i Merverdiavgiftsregisteret. Bruk mva-kode 6 eller 7.",
        en="Only sales of a seller in the VAT register have reverse charge. Use MVA code 6 or 7.",
        first_day=date(2017, 1, 1),
    ),
    Requirement(
        code="export-within-norway",
        paragraph="§ 6-21 og § 6-22",
        law=MVA_ACT,
        kinds=INVOICES,
        missing=something_is_exported,
        nb="Salg til en norsk kjøper med levering i Norge er ikke utførsel. Bruk en kode med mva, eller oppgi hvor i "
        "utlandet det er levert (delivery_place og delivery_country).",
        en="A sale to a Norwegian buyer with delivery in Norway is no export. Use a code with MVA, or state where "
        "abroad it was delivered (delivery_place and delivery_country).",
        first_day=date(2010, 1, 1),
    ),
    Requirement(
        code="reference-to-original",
        paragraph="§ 5-2-7",
        law=BOOKKEEPING,
        kinds=frozenset({"credit_note"}),
        missing=unless(lambda document: document.refers_to),
        nb="Kreditnotaen må vise til salgsdokumentet den retter.",
        en="The credit note must refer to the sales document it corrects.",
    ),
)
