"""Clients, claims and bank files for the payments service.

a_client()                                   the client of `an_invoice`, with its account
a_claim(7, 125_00)                           invoice 7 of 125 kr, as the documents service confirms it
a_bank_file(pays(7, 125_00))                 the bytes of an OCR giro file that pays it
a_bank_file((ACCOUNT, [...]), (OTHER_ACCOUNT, [...]))   or with an assignment for each of several accounts
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import httpx2

from services.payments.domain.ocr_giro import Assignment, OcrFile, Payment, TransactionType, write
from shared.contracts.customers import ClientChanged
from shared.contracts.delivery import DocumentDispatched
from shared.contracts.documents import DocumentConfirmed
from shared.ids import new_id
from shared.kid import make_kid
from tests.support import examples_customers
from tests.support.examples_documents import AGREEMENT, CLIENT_ID, a_credit_note, an_invoice, an_invoice_ref
from tests.support.service import ServiceUnderTest, once

ACCOUNT = "86011117947"
OTHER_CLIENT_ID = UUID("019a0000-0000-7000-8000-000000000002")
OTHER_ACCOUNT = "15032080119"
PAID_ON = date(2026, 11, 20)
CUSTOMER_NUMBER = 10042

AccountPayments = tuple[str, Sequence[Payment]]


def a_client(client_id: UUID = CLIENT_ID, account: str = ACCOUNT, **overrides: Any) -> ClientChanged:
    return examples_customers.a_client(client_id=client_id, bank_account=account, **overrides)


def other_client() -> ClientChanged:
    return a_client(OTHER_CLIENT_ID, OTHER_ACCOUNT)


def a_claim(number: int = 1, amount_ore: int = 125_00, **overrides: Any) -> DocumentConfirmed:
    values: dict[str, Any] = {"number": number, "payable_ore": amount_ore, "total_ore": amount_ore}
    return an_invoice(1, **values | overrides)


def sent(claim: DocumentConfirmed, on: date | None = None) -> DocumentDispatched:
    """The invoice handed over to the post: on its own date unless another is given."""
    return DocumentDispatched(
        client_id=claim.client_id,
        document=claim.document,
        delivery_id=new_id(),
        channel="print",
        handed_over_at=datetime.combine(on or claim.document.document_date, time(11), UTC),
        receipt="shop-1",
    )


def a_credit_of(claim: DocumentConfirmed, amount_ore: int, **overrides: Any) -> DocumentConfirmed:
    ref = an_invoice_ref(document_id=claim.document.document_id, number=claim.document.number)
    values: dict[str, Any] = {"number": 9000, "refers_to": ref, "total_ore": amount_ore, "payable_ore": amount_ore}
    return a_credit_note(1, client_id=claim.client_id, **values | overrides)


def kid_of(number: int) -> str:
    return make_kid(AGREEMENT, CUSTOMER_NUMBER, number)


def pays(number: int, amount_ore: int = 125_00, transaction: int = 0, **changes: Any) -> Payment:
    """A payment of the invoice with this number; payments with different `transaction` are different."""
    default = Payment(
        transaction_type=TransactionType.GIRO_DEBITED_ACCOUNT,
        transaction_number=transaction or number,
        settlement_date=PAID_ON,
        centre="01",
        day_code="20",
        partial_settlement="1",
        serial="00001",
        amount_ore=amount_ore,
        kid=kid_of(number),
        archive_reference=f"{transaction or number:09}",
        bank_date=PAID_ON,
        debit_account="99990512341",
    )
    return replace(default, **changes)


def a_bank_file(
    *content: Payment | AccountPayments, transmission: int = 1, line_end: str = "\n", created: date = PAID_ON
) -> bytes:
    payments = [item for item in content if isinstance(item, Payment)]
    accounts = [item for item in content if not isinstance(item, Payment)] or [(ACCOUNT, payments)]
    assignments = tuple(
        Assignment("001008566", f"{number:07}", account, PAID_ON, tuple(account_payments))
        for number, (account, account_payments) in enumerate(accounts, start=1)
    )
    return write(OcrFile("00008080", f"{transmission:07}", "00010200", created, assignments), line_end)


async def upload(service: ServiceUnderTest, headers: dict[str, str], data: bytes, **query: str) -> httpx2.Response:
    all_headers = once({"Content-Type": "text/plain", **headers})
    return await service.http.post("/v1/bank-files", content=data, headers=all_headers, params=query, timeout=120)
