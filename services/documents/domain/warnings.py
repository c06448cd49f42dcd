"""What may be against the law, and depends on more than this service knows: said with the answer, and not refused.

The rules are dated data, each with its source, as those that refuse (`legal_content`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.dated_rule import BOOKKEEPING, INVOICES, MVA_ACT, SALES, DatedRule
from services.documents.domain.delivery_dates import latest_invoicing, one_year_after
from services.documents.domain.draft import Draft
from services.documents.domain.parties import Customer
from services.documents.domain.ready_to_confirm import country_of_delivery
from shared.countries import NORWAY
from shared.e_invoice import E_INVOICE_DUTIES, EInvoiceDuty
from shared.mva import MVA_CODES
from shared.values import DocumentKind


@dataclass(frozen=True)
class DocumentWarning:
    """What a reader should check, with the JSON pointer of the field and the paragraph that it is about."""

    code: str
    pointer: str
    nb: str
    en: str
    source: str


@dataclass(frozen=True)
class Sale:
    """What the rules look at. `day` is the document's date, of a draft today; `delivered_until` the last day."""

    kind: DocumentKind
    day: date
    is_business: bool
    buyer_country: str
    mva_codes: frozenset[str]
    delivered_on: date | None
    delivered_until: date | None
    delivery_country: str | None

    @property
    def last_delivery(self) -> date | None:
        return self.delivered_until or self.delivered_on


@dataclass(frozen=True, kw_only=True)
class WarningRule(DatedRule):
    """Something to be warned of; `pointer` is the field to look at."""

    pointer: str
    concerns: Callable[[Sale], bool]


def sale_of_draft(draft: Draft, customer: Customer, day: date) -> Sale:
    """An invoice as it would be issued on this day."""
    return Sale(
        kind="invoice",
        day=day,
        is_business=customer.is_business,
        buyer_country=customer.address.country,
        mva_codes=frozenset(line.mva_code for line in draft.lines),
        delivered_on=draft.delivered_on,
        delivered_until=draft.delivered_until,
        delivery_country=country_of_delivery(draft, customer),
    )


def sale_of(document: ConfirmedDocument) -> Sale:
    return Sale(
        kind=document.kind,
        day=document.document_date,
        is_business=document.buyer.is_business,
        buyer_country=document.buyer.address.country,
        mva_codes=frozenset(line.mva_code for line in document.lines),
        delivered_on=document.delivered_on,
        delivered_until=document.delivered_until,
        delivery_country=document.delivery_country,
    )


def warnings_of(sale: Sale) -> tuple[DocumentWarning, ...]:
    """All that concerns this sale by the law of its day, in the order of the table."""
    return tuple(
        DocumentWarning(rule.code, rule.pointer, rule.nb, rule.en, rule.source)
        for rule in WARNINGS
        if rule.applies(sale.kind, sale.day) and rule.concerns(sale)
    )


def _is_covered(duty: EInvoiceDuty, sale: Sale) -> bool:
    return duty.covers(is_business=sale.is_business, country=sale.buyer_country)


def _is_late(sale: Sale) -> bool:
    if sale.delivered_on is None:
        return False
    return sale.day > latest_invoicing(sale.delivered_on, sale.delivered_until)


def _is_ahead(sale: Sale) -> bool:
    """A period that has begun may be invoiced in it."""
    return sale.delivered_on is not None and sale.delivered_on > sale.day


def _is_far_ahead(sale: Sale) -> bool:
    return sale.last_delivery is not None and sale.last_delivery > one_year_after(sale.day)


def _may_be_no_export(sale: Sale) -> bool:
    """To a Norwegian buyer, with a place whose country nobody has stated; or to a buyer abroad, with delivery here."""
    exported = any(MVA_CODES[code].is_export for code in sale.mva_codes)
    doubtful = None if sale.buyer_country == NORWAY else NORWAY
    return exported and sale.delivery_country == doubtful


WARNINGS: tuple[WarningRule, ...] = (
    *(
        WarningRule(
            code="e-invoice-required-soon",
            paragraph=duty.paragraph,
            law=duty.law,
            kinds=SALES,
            pointer="/customer_id",
            concerns=partial(_is_covered, duty),
            nb=f"Fra {duty.first_day.isoformat()} skal denne kjøperen ha salgsdokumenter som e-faktura (EHF).",
            en=f"From {duty.first_day.isoformat()} this buyer must get sales documents as e-invoices (EHF).",
            first_day=duty.announced_on,
            last_day=duty.first_day - timedelta(days=1),
        )
        for duty in E_INVOICE_DUTIES
    ),
    *(
        WarningRule(
            code="e-invoice-required",
            paragraph=duty.paragraph,
            law=duty.law,
            kinds=SALES,
            pointer="/customer_id",
            concerns=partial(_is_covered, duty),
            nb="Kjøperen er en norsk virksomhet og skal ha salgsdokumentet som e-faktura (EHF); en PDF på e-post eller "
            "papir er ikke nok. Unntatt er selgere med omsetning til og med 50 000 kroner.",
            en="The buyer is a Norwegian business and must get the sales document as an e-invoice (EHF); a PDF by mail "
            "or on paper is not enough. Sellers with a turnover of up to NOK 50,000 are exempt.",
            first_day=duty.first_day,
            last_day=duty.last_day,
        )
        for duty in E_INVOICE_DUTIES
    ),
    WarningRule(
        code="delivery-long-ago",
        paragraph="§ 5-2-2",
        law=BOOKKEEPING,
        kinds=INVOICES,
        pointer="/delivered_on",
        concerns=_is_late,
        nb="Fakturaen er for sen: den skal utstedes senest én måned etter levering, for tjenester som leveres løpende "
        "senest én måned etter utløpet av mva-terminen (§ 5-2-4). Samlefaktura og målt forbruk har egne frister.",
        en="The invoice is late: it must be issued at latest one month after delivery, for services delivered "
        "continuously one month after the end of the VAT period (§ 5-2-4). Collective invoices and metered consumption "
        "have other limits.",
    ),
    WarningRule(
        code="delivery-ahead",
        paragraph="§ 5-2-6",
        law=BOOKKEEPING,
        kinds=INVOICES,
        pointer="/delivered_on",
        concerns=_is_ahead,
        nb="Leveringen er etter fakturadatoen. På forskudd faktureres bare persontransport, servering, abonnement, "
        "utleie, avgifter og lignende.",
        en="The delivery is after the date of the invoice. Only passenger transport, serving, subscriptions, rent, "
        "fees and similar are invoiced in advance.",
    ),
    WarningRule(
        code="delivery-far-ahead",
        paragraph="§ 5-2-6",
        law=BOOKKEEPING,
        kinds=INVOICES,
        pointer="/delivered_until",
        concerns=_is_far_ahead,
        nb="Leveringen er mer enn ett år etter fakturadatoen; så langt frem kan ingenting faktureres.",
        en="The delivery is more than a year after the date of the invoice; nothing can be invoiced so far ahead.",
    ),
    WarningRule(
        code="export-place",
        paragraph="§ 6-21 og § 6-22",
        law=MVA_ACT,
        kinds=INVOICES,
        pointer="/delivery_country",
        concerns=_may_be_no_export,
        nb="Utførsel er fritatt for mva bare når varen føres ut av Norge, eller tjenesten er til bruk utenfor. "
        "Kontroller leveringsstedet, og oppgi landet (delivery_country).",
        en="Export is exempt from VAT only when the goods leave Norway, or the service is for use outside. Check the "
        "place of delivery, and state its country (delivery_country).",
        first_day=date(2010, 1, 1),
    ),
)
"""The one table of warnings."""
