"""The code, status and text of each refusal, for HTTP and for the bus."""

from services.customers.domain import errors
from shared.approvals import APPROVAL_REFUSALS
from shared.problems import Refusal, Refusals

_NOT_FOUND: Refusals = {
    errors.ClientNotFound: Refusal(404, "client-not-found", "Klienten finnes ikke.", "There is no such client."),
    errors.CustomerNotFound: Refusal(404, "customer-not-found", "Kunden finnes ikke.", "There is no such customer."),
    errors.ApiKeyNotFound: Refusal(404, "api-key-not-found", "Nøkkelen finnes ikke.", "There is no such key."),
}

_CONFLICTS: Refusals = {
    errors.StaleVersion: Refusal(
        412,
        "stale-version",
        "Noen har endret dette i mellomtiden. Hent på nytt; ETag er nå «{current}».",
        "It has been changed in the meantime. Fetch it again; its ETag is now `{current}`.",
    ),
    errors.ClientInactive: Refusal(409, "client-inactive", "Klienten er ikke aktiv.", "The client is not active."),
    errors.FixedField: Refusal(
        409,
        "field-fixed",
        "«{field}» ble bestemt ved registreringen og kan ikke endres.",
        "`{field}` is fixed at registration and cannot be changed.",
    ),
    errors.OrgnrTaken: Refusal(
        409,
        "client-exists",
        "Organisasjonsnummer {orgnr} er allerede klient: /v1/clients/{client_id}.",
        "Organisation number {orgnr} is already a client: /v1/clients/{client_id}.",
    ),
    errors.BankAccountInUse: Refusal(
        409,
        "bank-account-in-use",
        "Kontoen er i bruk av en annen aktiv klient.",
        "The account is in use by another active client.",
    ),
    errors.AccountChangedAlone: Refusal(
        409,
        "account-changed-alone",
        "En kontoendring må godkjennes av en annen person. Endre bare konto og KID nå, og resten for seg: {fields}.",
        "A second person must approve a change of account. Change the account and KID alone, and the rest by itself: "
        "{fields}.",
    ),
    errors.ClientExternalIdTaken: Refusal(
        409,
        "external-id-taken",
        "«{external_id}» er i bruk: /v1/clients/{client_id}.",
        "`{external_id}` is in use: /v1/clients/{client_id}.",
    ),
    errors.CustomerExternalIdTaken: Refusal(
        409,
        "external-id-taken",
        "«{external_id}» er i bruk: /v1/customers/{customer_id}.",
        "`{external_id}` is in use: /v1/customers/{customer_id}.",
    ),
    errors.CustomerNumberTaken: Refusal(
        409,
        "customer-number-taken",
        "Kundenummer {customer_number} er i bruk.",
        "Customer number {customer_number} is in use.",
    ),
    errors.CustomerNumberTooLong: Refusal(
        409,
        "customer-number-does-not-fit-kid",
        "Kundenummer {customer_number} får ikke plass: KID-avtalen gir kunden {digits} siffer.",
        "Customer number {customer_number} does not fit: the KID agreement leaves the customer {digits} digits.",
    ),
    errors.KeyInUse: Refusal(
        409,
        "key-in-use",
        "Nøkkelen kan ikke trekke tilbake seg selv. Bruk en annen.",
        "A key cannot revoke itself. Use another one.",
    ),
    errors.SecretAlreadyUsed: Refusal(
        409,
        "secret-already-used",
        "Hemmeligheten tilhører en nøkkel som er trukket tilbake eller er av et annet slag.",
        "The secret belongs to a key that has been revoked or is of another kind.",
    ),
}

_TEXT: Refusals = {
    errors.TextMissing: Refusal(422, "text-missing", "Feltet må fylles ut.", "The field must be filled in."),
    errors.TextTooLong: Refusal(
        422,
        "text-too-long",
        "Teksten kan ha høyst {max_length} tegn.",
        "The text may have at most {max_length} characters.",
    ),
    errors.TextForbidden: Refusal(
        422,
        "text-control-character",
        "Teksten inneholder styretegn, kanskje skjult i en kodet sekvens (=?…?=).",
        "The text contains control characters, perhaps hidden in an encoded word (=?…?=).",
    ),
    errors.TooManyLines: Refusal(
        422,
        "too-many-lines",
        "Adressen kan ha høyst {max_lines} linjer.",
        "The address may have at most {max_lines} lines.",
    ),
    errors.EmailInvalid: Refusal(
        422,
        "email-invalid",
        "Dette er ikke en e-postadresse vi kan sende til.",
        "This is not an e-mail address we can send to.",
    ),
    errors.PhoneInvalid: Refusal(
        422, "phone-invalid", "Dette er ikke et telefonnummer.", "This is not a telephone number."
    ),
    errors.WebsiteInvalid: Refusal(
        422, "website-invalid", "Dette er ikke en nettadresse.", "This is not a web address."
    ),
}

_NUMBERS: Refusals = {
    errors.OrgnrInvalid: Refusal(
        422,
        "orgnr-invalid",
        "Dette er ikke et organisasjonsnummer: ni siffer, der det siste er et kontrollsiffer (MOD11).",
        "This is not an organisation number: nine digits, the last of them a check digit (MOD11).",
    ),
    errors.OrgnrOfPerson: Refusal(
        422,
        "orgnr-of-person",
        "En privatperson har ikke organisasjonsnummer.",
        "A private person has no organisation number.",
    ),
    errors.BankAccountInvalid: Refusal(
        422,
        "bank-account-invalid",
        "Dette er ikke et kontonummer: elleve siffer, der det siste er et kontrollsiffer (MOD11).",
        "This is not a bank account: eleven digits, the last of them a check digit (MOD11).",
    ),
    errors.BicInvalid: Refusal(
        422,
        "bic-invalid",
        "Dette er ikke BIC-en til en norsk bank: åtte eller elleve tegn, der det femte og sjette er NO.",
        "This is not the BIC of a Norwegian bank: eight or eleven characters, the fifth and sixth of them NO.",
    ),
    errors.CountryUnknown: Refusal(
        422,
        "country-unknown",
        "«{country}» er ikke en landkode (to bokstaver, ISO 3166-1).",
        "`{country}` is not a country code (two letters, ISO 3166-1).",
    ),
    errors.PostalCodeInvalid: Refusal(
        422,
        "postal-code-invalid",
        "Adressen må ha et postnummer i {country}; norske har fire siffer.",
        "The address must have a postal code in {country}; Norwegian ones have four digits.",
    ),
    errors.KidAgreementInvalid: Refusal(
        422,
        "kid-agreement-invalid",
        "KID-avtalen kan ikke stemme: en KID har 4 til 25 siffer med kontrollsiffer.",
        "The KID agreement cannot be right: a KID has 4 to 25 digits, including the check digit.",
    ),
    errors.FirstNumberTooLong: Refusal(
        422,
        "first-number-does-not-fit-kid",
        "Fakturanummer {first_invoice_number} får ikke plass: KID-avtalen gir fakturaen {digits} siffer.",
        "Invoice number {first_invoice_number} does not fit: the KID agreement leaves the invoice {digits} digits.",
    ),
}

_AGREEMENTS: Refusals = {
    errors.ChannelsMissing: Refusal(
        422,
        "channels-missing",
        "Leveringsavtalen må ha minst én kanal.",
        "The delivery agreement must have at least one channel.",
    ),
    errors.DuplicateChannel: Refusal(
        422,
        "duplicate-channel",
        "Kanalen «{channel}» står flere ganger.",
        "The channel `{channel}` is listed more than once.",
    ),
    errors.EmailChannelNeedsAddress: Refusal(
        422,
        "email-missing",
        "Levering på e-post er avtalt, men e-postadressen mangler.",
        "Delivery by e-mail is agreed, but the e-mail address is missing.",
    ),
    errors.TermsOutOfRange: Refusal(
        422,
        "payment-terms-out-of-range",
        "Betalingsfristen må være fra 0 til {max_days} dager.",
        "Payment terms must be from 0 to {max_days} days.",
    ),
    errors.ScopesMissing: Refusal(
        422, "scopes-missing", "Nøkkelen må gi tilgang til noe.", "The key must grant at least one scope."
    ),
    errors.ScopeUnknown: Refusal(
        422,
        "scope-unknown",
        "«{scope}» kan ikke gis til en slik nøkkel. Kjente: {known}.",
        "`{scope}` cannot be granted to such a key. Known: {known}.",
    ),
    errors.ExpiryPassed: Refusal(
        422,
        "expiry-passed",
        "Nøkkelen må utløpe etter nå.",
        "The key must expire later than now.",
    ),
    errors.SecretTooWeak: Refusal(
        422,
        "secret-too-weak",
        "En gitt hemmelighet må ha fra {min_length} til {max_length} synlige ASCII-tegn, de fleste ulike.",
        "A given secret must have {min_length} to {max_length} visible ASCII characters, most of them different.",
    ),
}

_LOGOS: Refusals = {
    errors.LogoTooLarge: Refusal(
        413, "logo-too-large", "Logoen kan være på høyst {max_kib} KiB.", "The logo may be at most {max_kib} KiB."
    ),
    errors.LogoTooManyPixels: Refusal(
        422,
        "logo-too-many-pixels",
        "Logoen kan være høyst {max_side} piksler bred og høy.",
        "The logo may be at most {max_side} pixels wide and high.",
    ),
    errors.LogoIsSvg: Refusal(
        422,
        "logo-is-svg",
        "SVG tas ikke imot: den kan inneholde skript og hente filer utenfra. Lagre logoen som PNG.",
        "SVG is not accepted: it can contain scripts and fetch external files. Save the logo as PNG.",
    ),
    errors.LogoNotAnImage: Refusal(
        422,
        "logo-not-an-image",
        "Filen er ikke et fullstendig PNG- eller JPEG-bilde.",
        "The file is not a complete PNG or JPEG picture.",
    ),
    errors.LogoColours: Refusal(
        422,
        "logo-colours",
        "Logoen har trykkfarger (CMYK). Lagre den i RGB.",
        "The logo is in print colours (CMYK). Save it in RGB.",
    ),
}

REFUSALS: Refusals = {**APPROVAL_REFUSALS, **_NOT_FOUND, **_CONFLICTS, **_TEXT, **_NUMBERS, **_AGREEMENTS, **_LOGOS}
