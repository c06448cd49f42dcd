"""Documents as the documents service confirms them: valid numbers, KID by the agreement, totals that add up.

an_invoice()                                 12 lines, three MVA rates, a business as buyer
an_invoice(1, "en", number=7, kid=None)      any field of the event or of its summary
an_invoice(lines=(a_line(1, net=...),))      or the lines themselves; the totals follow
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import (
    Buyer,
    Claim,
    DeliveryAgreement,
    DocumentRef,
    DocumentSummary,
    Line,
    MvaTotal,
    PostalAddress,
    Seller,
)
from shared.ids import new_id
from shared.kid import KidAgreement, KidAlgorithm, make_kid
from shared.money import line_net_ore
from shared.mva import mva_totals, rate_on
from shared.values import DocumentKind, Language

CLIENT_ID = UUID("019a0000-0000-7000-8000-000000000001")
CUSTOMER_ID = UUID("019a0000-0000-7000-8000-0000000000c1")
DOCUMENT_DATE = date(2026, 11, 23)
AGREEMENT = KidAgreement(KidAlgorithm.MOD10, 14)

# Description, quantity, unit, unit price, discount in percent, MVA code.
_GOODS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("Rådgivning, prosjekt Bjørvika", "12.5", "time", "1450", "0", "3"),
    ("Klippfisk av torsk, 1. sortering", "40", "kg", "189.90", "5", "31"),
    ("Reise Tromsø–Bodø tur/retur", "2", "stk", "2340", "0", "33"),
    ("Lisens tidsregistrering, per bruker", "25", "mnd", "79", "10", "3"),
    ("Smøreolje 5W-30, fat på 208 liter", "1", "fat", "8425.50", "0", "3"),
    ("Kjøring mellom Ålesund og Ørsta", "168", "km", "4.9", "0", "3"),
    ("Brunost, hel blokk", "24", "stk", "112.45", "0", "31"),
    ("Montering av hylleseksjon", "6", "time", "895", "0", "3"),
    ("Fagbok: Regnskap for småbedrifter", "3", "stk", "549", "0", "5"),
    ("Skruer, rustfrie, eske à 200", "14", "eske", "87.25", "15", "3"),
    ("Overnatting med frokost", "2", "døgn", "1290", "0", "33"),
    ("Miljøgebyr", "1", "stk", "49", "0", "3"),
)


def a_seller(**overrides: Any) -> Seller:
    values: dict[str, Any] = {
        "name": "Fjordlys Håndverk AS",
        "orgnr": "974760673",
        "legal_form": "AS",
        "mva_registered": True,
        "in_foretaksregisteret": True,
        "address": PostalAddress(lines=("Strandgata 14",), postal_code="6004", city="Ålesund"),
        "bank_account": "86011117947",
        "bic": "DNBANOKK",
        "email": "post@fjordlys.example",
        "phone": "70 10 20 30",
        "website": "fjordlys.example",
    }
    return Seller(**values | overrides)


def a_buyer(**overrides: Any) -> Buyer:
    values: dict[str, Any] = {
        "customer_id": CUSTOMER_ID,
        "customer_number": 10042,
        "name": "Søndre Bærum Byggevarer AS",
        "orgnr": "923609016",
        "is_business": True,
        "address": PostalAddress(lines=("Postboks 88",), postal_code="1332", city="Østerås"),
        "email": "faktura@sbb.example",
    }
    return Buyer(**values | overrides)


def a_line(line_no: int = 1, **overrides: Any) -> Line:
    """A dozen things that Norwegian firms sell, by turns. The net follows quantity, price and discount."""
    description, quantity, unit, price, discount, code = _GOODS[(line_no - 1) % len(_GOODS)]
    values: dict[str, Any] = {
        "description": description,
        "quantity": Decimal(quantity),
        "unit": unit,
        "unit_price": Decimal(price),
        "discount_percent": Decimal(discount),
        "mva_code": code,
    } | overrides
    values.setdefault("mva_rate", rate_on(values["mva_code"], DOCUMENT_DATE))
    values.setdefault("net_ore", line_net_ore(values["quantity"], values["unit_price"], values["discount_percent"]))
    return Line(line_no=line_no, **values)


def an_invoice(lines: int | Sequence[Line] = 12, language: Language = "nb", **overrides: Any) -> DocumentConfirmed:
    """An invoice with KID, due in 14 days; `lines` is how many, or the lines themselves."""
    return _confirmed("invoice", _lines(lines), language, overrides)


def a_credit_note(lines: int | Sequence[Line] = 2, language: Language = "nb", **overrides: Any) -> DocumentConfirmed:
    """A credit note with positive amounts that names the invoice it corrects; no KID and no due date."""
    overrides = {"kid": None, "account": None, "due_date": None, "refers_to": an_invoice_ref()} | overrides
    return _confirmed("credit_note", _lines(lines), language, overrides)


def an_order_confirmation(
    lines: int | Sequence[Line] = 3, language: Language = "nb", **overrides: Any
) -> DocumentConfirmed:
    """An order confirmation: prices and totals, nothing to pay."""
    overrides = {"series": "order", "number": 5001, "kid": None, "account": None, "due_date": None} | overrides
    return _confirmed("order_confirmation", _lines(lines), language, overrides)


def a_reminder(language: Language = "nb", **overrides: Any) -> DocumentConfirmed:
    """A simple reminder of level 1: the KID of the invoice, what is outstanding, a new due date; no lines, no MVA."""
    outstanding_ore = overrides.pop("outstanding_ore", 1_234_550)
    amounts = {"mva_totals": (), "net_ore": outstanding_ore, "mva_ore": 0, "total_ore": outstanding_ore}
    overrides = (
        amounts
        | {"payable_ore": outstanding_ore, "outstanding_ore": outstanding_ore, "series": "reminder", "number": 301}
        | {
            "claim": a_claim(outstanding_ore),
            "kid": make_kid(AGREEMENT, 10042, 20117),
            "refers_to": an_invoice_ref(),
            "reminder_level": 1,
        }
        | overrides
    )
    return _confirmed("reminder", (), language, overrides)


def a_claim(outstanding_ore: int = 1_234_550, **overrides: Any) -> Claim:
    """Half a month overdue, and partly paid."""
    values: dict[str, Any] = {
        "due_date": date(2026, 11, 9),
        "payable_ore": outstanding_ore + 765_450,
        "credited_ore": 0,
        "paid_ore": 765_450,
    }
    return Claim(**values | overrides)


def an_invoice_ref(**overrides: Any) -> DocumentRef:
    values: dict[str, Any] = {
        "document_id": UUID("019a0000-0000-7000-8000-0000000000d1"),
        "kind": "invoice",
        "number": 20117,
        "document_date": date(2026, 10, 26),
    }
    return DocumentRef(**values | overrides)


def _lines(lines: int | Sequence[Line]) -> tuple[Line, ...]:
    return tuple(a_line(number) for number in range(1, lines + 1)) if isinstance(lines, int) else tuple(lines)


def _confirmed(
    kind: DocumentKind, lines: tuple[Line, ...], language: Language, overrides: dict[str, Any]
) -> DocumentConfirmed:
    seller, buyer = overrides.pop("seller", a_seller()), overrides.pop("buyer", a_buyer())
    of_summary = {name: overrides.pop(name) for name in DocumentSummary.model_fields if name in overrides}
    words = {"kind": kind, "series": "invoice", "language": language}
    document = DocumentSummary(**words | _amounts(lines) | _parties(seller, buyer, of_summary) | of_summary)
    values: dict[str, Any] = {
        "delivery": DeliveryAgreement(channels=("email", "print"), email=buyer.email),
        "delivered_on": document.document_date - timedelta(days=3),
        "delivery_place": "Lager 2, Østerås",
        "your_reference": "Åse Bjørnstad",
        "our_reference": "Jørn Hægeland",
        "order_number": "PO-4711",
    }
    if kind == "reminder":
        values |= {"delivered_on": None, "delivery_place": None, "order_number": None}
    values |= {"client_id": document.client_id, "document": document, "seller": seller, "buyer": buyer, "lines": lines}
    return DocumentConfirmed(**values | overrides)


def _amounts(lines: tuple[Line, ...]) -> dict[str, Any]:
    totals = tuple(
        MvaTotal(code=total.code, rate=total.rate, net_ore=total.base_ore, mva_ore=total.mva_ore)
        for total in mva_totals(lines)
    )
    net_ore, mva_ore = sum(total.net_ore for total in totals), sum(total.mva_ore for total in totals)
    sums = {"net_ore": net_ore, "mva_ore": mva_ore, "total_ore": net_ore + mva_ore, "payable_ore": net_ore + mva_ore}
    return {"mva_totals": totals, **sums}


def _parties(seller: Seller, buyer: Buyer, overrides: dict[str, Any]) -> dict[str, Any]:
    number = overrides.get("number", 20148)
    return {
        "document_id": new_id(),
        "client_id": CLIENT_ID,
        "number": number,
        "document_date": DOCUMENT_DATE,
        "due_date": overrides.get("document_date", DOCUMENT_DATE) + timedelta(days=14),
        "customer_id": buyer.customer_id,
        "customer_number": buyer.customer_number,
        "customer_name": buyer.name,
        "account": seller.bank_account,
        "kid": make_kid(AGREEMENT, buyer.customer_number, number),
    }
