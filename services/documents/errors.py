"""What each refusal is called outside: over HTTP a problem with its status, on the bus a reason to wait or to park."""

from services.documents.domain import errors
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    errors.DocumentNotFound: Refusal(
        404, "document-not-found", "Dokumentet finnes ikke.", "There is no such document."
    ),
    errors.UnknownDocument: Refusal(
        404,
        "unknown-document",
        "Dokumentet {document_id} er ikke utstedt her.",
        "The document {document_id} was not issued here.",
    ),
    errors.ClientNotKnown: Refusal(
        409,
        "client-not-known-yet",
        "Klienten er ikke kjent her ennå. Prøv igjen om litt.",
        "The client is not known here yet. Try again shortly.",
        retryable=True,
    ),
    errors.CustomerNotKnown: Refusal(
        404,
        "customer-not-known",
        "Kunden {customer_id} finnes ikke, eller er ikke kjent her ennå.",
        "There is no customer {customer_id}, or it is not known here yet.",
        retryable=True,
    ),
    errors.ClientInactive: Refusal(
        409,
        "client-inactive",
        "Klienten er avsluttet og kan ikke fakturere.",
        "The client is closed and cannot invoice.",
    ),
    errors.CustomerInactive: Refusal(409, "customer-inactive", "Kunden er avsluttet.", "The customer is closed."),
    errors.UnknownMvaCode: Refusal(
        422,
        "mva-code-unknown",
        "Linje {line}: «{mva_code}» er ikke en mva-kode for salg. Se /v1/mva-codes.",
        "Line {line}: `{mva_code}` is not an MVA code for sales. See /v1/mva-codes.",
    ),
    errors.NoMvaRate: Refusal(
        422,
        "mva-rate-missing",
        "Linje {line}: mva-kode {mva_code} har ingen sats {day}.",
        "Line {line}: MVA code {mva_code} has no rate on {day}.",
    ),
    errors.LineOutOfBounds: Refusal(
        422, "line-out-of-bounds", "Linje {line}: beløpet er for stort.", "Line {line}: the amount is too large."
    ),
    errors.DiscountOutOfBounds: Refusal(
        422,
        "discount-out-of-bounds",
        "Linje {line}: rabatten må være mellom 0 og 100 prosent.",
        "Line {line}: the discount must be between 0 and 100 percent.",
    ),
    errors.LegalContentMissing: Refusal(422, "legal-content-missing", "{nb}", "{en}"),
    errors.NothingToPay: Refusal(
        422,
        "nothing-to-pay",
        "En faktura må kreve betaling; summen er {total_ore} øre. Bruk kreditnota for å gi penger tilbake.",
        "An invoice must ask for payment; the total is {total_ore} øre. Use a credit note to give money back.",
    ),
    errors.ExternalIdTaken: Refusal(
        409,
        "external-id-taken",
        "external_id «{external_id}» er allerede brukt på dokumentet {document_id}.",
        "external_id `{external_id}` is already used by the document {document_id}.",
    ),
    errors.AlreadyConfirmed: Refusal(
        409,
        "already-confirmed",
        "Dokumentet er utstedt og kan ikke endres. En kreditnota retter en faktura.",
        "The document is issued and cannot be changed. A credit note corrects an invoice.",
    ),
    errors.NotConfirmed: Refusal(
        409,
        "not-confirmed",
        "Fakturaen er et utkast; bare en utstedt faktura kan krediteres.",
        "The invoice is a draft; only an issued invoice can be credited.",
    ),
    errors.VersionStale: Refusal(
        412,
        "version-stale",
        "Noen har endret dokumentet siden du leste det. Les det på nytt (versjon {version}).",
        "Somebody has changed the document since you read it. Read it again (version {version}).",
    ),
    errors.AlreadyCredited: Refusal(
        409,
        "already-credited",
        "Fakturaen er allerede kreditert med kreditnota {credit_note_id}.",
        "The invoice is already credited by the credit note {credit_note_id}.",
    ),
    errors.OrderNotConfirmed: Refusal(
        409,
        "order-not-confirmed",
        "Ordren må bekreftes før den kan faktureres.",
        "The order must be confirmed before it can be invoiced.",
    ),
    errors.OrderAlreadyInvoiced: Refusal(
        409,
        "order-already-invoiced",
        "Ordren er allerede fakturert med faktura {invoice_id}.",
        "The order is already invoiced by the invoice {invoice_id}.",
    ),
    errors.KidDoesNotFit: Refusal(
        422,
        "kid-does-not-fit",
        "KID-avtalen ({algorithm}, {length} siffer) har ikke plass til kundenummer {customer_number} og "
        "fakturanummer {number}.",
        "The KID agreement ({algorithm}, {length} digits) has no room for customer number {customer_number} and "
        "invoice number {number}.",
    ),
    errors.KidTaken: Refusal(
        409,
        "kid-taken",
        "KID-en er allerede brukt på kontoen. KID-avtalen må endres før det kan faktureres.",
        "The KID is already used on the account. The KID agreement must be changed before this can be issued.",
    ),
    errors.SeriesBusy: Refusal(
        503,
        "series-busy",
        "En annen kjøring bruker nummerserien. Ingenting er utstedt; prøv igjen om litt.",
        "Another run is using the number series. Nothing was issued; try again shortly.",
        retryable=True,
    ),
}
