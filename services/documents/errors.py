"""What each refusal is called outside: over HTTP a problem with its status, on the bus a reason to retry or to park."""

from services.documents.domain import errors
from shared.paper import characters, window
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    errors.DocumentNotFound: Refusal(
        404,
        "document-not-found",
        "Dokumentet {document_id} finnes ikke.",
        "There is no document {document_id}.",
    ),
    errors.OrderNotFound: Refusal(
        404, "order-not-found", "Ordren {order_id} finnes ikke.", "There is no order {order_id}."
    ),
    errors.CustomerNotFound: Refusal(
        404, "customer-not-found", "Kunden {customer_id} finnes ikke.", "There is no customer {customer_id}."
    ),
    errors.ClientNotYetKnown: Refusal(
        503,
        "client-not-yet-known",
        "Klienten er ikke kjent her ennå. Prøv igjen om litt.",
        "The client is not known here yet. Try again shortly.",
        retryable=True,
    ),
    errors.CustomerNotYetKnown: Refusal(
        503,
        "customer-not-yet-known",
        "Kunden {customer_id} er ikke kjent her ennå. Prøv igjen om litt.",
        "The customer {customer_id} is not known here yet. Try again shortly.",
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
    errors.MvaRateChanges: Refusal(
        422,
        "mva-rate-changes",
        "Linje {line}: satsen for mva-kode {mva_code} endres i leveringsperioden. Del linjen etter leveringstid på en "
        "faktura for hver periode: {periods_nb}.",
        "Line {line}: the rate of MVA code {mva_code} changes within the period of delivery. Divide the line by time "
        "of delivery between an invoice for each period: {periods_en}.",
    ),
    errors.CodesMixed: Refusal(
        422,
        "mva-codes-not-mixed",
        "Linje {line}: mva-kode {mva_code} kan ikke stå sammen med andre koder (EHF, BR-O-11). Fakturer linjen for "
        "seg.",
        "Line {line}: MVA code {mva_code} cannot stand together with other codes (EHF, BR-O-11). Invoice the line by "
        "itself.",
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
    errors.TotalNegative: Refusal(
        422,
        "total-negative",
        "En faktura kan ikke gi penger tilbake; summen er {total_ore} øre. Krediter i stedet fakturaen som ble for "
        "stor, og fakturer det riktige beløpet.",
        "An invoice cannot give money back; the total is {total_ore} øre. Credit the invoice that was too large, and "
        "invoice the right amount.",
    ),
    errors.CharactersMissing: Refusal(
        422,
        characters.CODE,
        "Skriften har ikke tegnene {characters} i «{text}». Skriv teksten med andre tegn.",
        "The font lacks the characters {characters} in `{text}`. Write the text with other characters.",
    ),
    errors.AddressTooLong: Refusal(
        422,
        window.CODE,
        "Kundens navn og adresse får ikke plass i konvoluttvinduet. Kort dem ned, eller send bare på e-post.",
        "The customer's name and address do not fit in the envelope window. Shorten them, or send by e-mail only.",
    ),
    errors.LogoMissing: Refusal(
        422,
        "logo-missing",
        "Klientens logo finnes ikke lenger i lageret. Last den opp på nytt.",
        "The client's logo is no longer in the store. Upload it again.",
    ),
    errors.LogoDamaged: Refusal(
        422,
        "logo-damaged",
        "Klientens logo er skadet i lageret. Last den opp på nytt.",
        "The client's logo is damaged in the store. Upload it again.",
    ),
    errors.ExternalIdTaken: Refusal(
        409,
        "external-id-taken",
        "external_id «{external_id}» er allerede brukt; det tilhører {id}.",
        "external_id `{external_id}` is already used; it belongs to {id}.",
    ),
    errors.AlreadyConfirmed: Refusal(
        409,
        "already-confirmed",
        "Utkastet er bekreftet og kan ikke endres. En kreditnota retter en faktura.",
        "The draft is confirmed and cannot be changed. A credit note corrects an invoice.",
    ),
    errors.NotConfirmed: Refusal(
        409,
        "not-confirmed",
        "Fakturaen er et utkast; bare en utstedt faktura kan krediteres.",
        "The invoice is a draft; only an issued invoice can be credited.",
    ),
    errors.StaleVersion: Refusal(
        412,
        "stale-version",
        "Noen har endret utkastet siden du leste det. Les det på nytt (versjon {version}).",
        "Somebody has changed the draft since you read it. Read it again (version {version}).",
    ),
    errors.AlreadyCredited: Refusal(
        409,
        "already-credited",
        "Fakturaen er allerede kreditert i sin helhet, med kreditnota {credit_note_ids}.",
        "The invoice is already credited in full, by the credit note {credit_note_ids}.",
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
        "Ordren er allerede fakturert i sin helhet, med faktura {invoice_ids}.",
        "The order is already invoiced in full, by the invoice {invoice_ids}.",
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
    errors.SeriesLocked: Refusal(
        409,
        "series-locked",
        "Nummerserien «{series}» begynner på {first_number}, og det kan ikke endres.",
        "The number series `{series}` begins at {first_number}, which cannot be changed.",
    ),
    errors.FirstInvoiceNumberIsTheClients: Refusal(
        409,
        "first-invoice-number-is-the-clients",
        "Første fakturanummer settes på klienten (first_invoice_number), siden det må passe til KID-avtalen.",
        "The first invoice number is set on the client (first_invoice_number), because it must fit the KID agreement.",
    ),
    errors.SeriesBusy: Refusal(
        503,
        "series-busy",
        "En annen kjøring bruker nummerserien. Ingenting er utstedt; prøv igjen om litt.",
        "Another run is using the number series. Nothing was issued; try again shortly.",
        retryable=True,
    ),
}
