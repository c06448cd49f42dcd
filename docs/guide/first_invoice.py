"""Register a customer, invoice it, read the invoice, pay it: each line of it calls the API at once.

    python3 docs/guide/first_invoice.py <client key> [address]

Needs nothing but Python, and `./faktura up` in another window. The key and the address are what `up` prints.
"""

import json
import sys
import urllib.request
import uuid

KEY = sys.argv[1]
ADDRESS = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000"
seen: list[str] = []


def call(method, path, body=None, content_type="application/json"):
    """The answer's bytes. Every answer that changes something brings `Faktura-Seen`: sent along with the calls after
    it, to whichever service, it makes that service wait until it knows of the change."""
    request = urllib.request.Request(ADDRESS + path, data=body, method=method)
    request.add_header("Authorization", f"Bearer {KEY}")
    request.add_header("Faktura-Seen", ", ".join(seen[-10:]))
    if method == "POST":
        request.add_header("Idempotency-Key", str(uuid.uuid4()))  # repeat a call with the same key, and it is done once
        request.add_header("Content-Type", content_type)
    with urllib.request.urlopen(request) as answer:
        if "Faktura-Seen" in answer.headers:
            seen.append(answer.headers["Faktura-Seen"])
        return answer.read()


def post(path, **fields):
    return json.loads(call("POST", path, json.dumps(fields).encode()))


def get(path):
    return json.loads(call("GET", path))


customer = post(
    "/v1/customers",
    is_business=True,
    name="Ålesund Rør og Sanitær AS",
    orgnr="910562223",
    address={"lines": ["Kaigata 7"], "postal_code": "6002", "city": "ÅLESUND"},
    email="faktura@aalesundror.example",
    channels=["email"],
)
print(f"Customer {customer['customer_number']}: {customer['name']}")

draft = post(
    "/v1/invoices",
    customer_id=customer["id"],
    delivered_on="2026-11-20",
    lines=[{"description": "Elektriker", "quantity": "2.5", "unit": "timer", "unit_price": "890", "mva_code": "3"}],
)
invoice = post(f"/v1/invoices/{draft['id']}/issue")
print(
    f"Invoice {invoice['number']}: {invoice['payable_ore'] / 100:.2f} kr by {invoice['due_date']}, KID {invoice['kid']}"
)

pdf = call("GET", f"/v1/renderings/{invoice['id']}/pdf")
print(f"PDF: {len(pdf)} bytes")

claim = get(f"/v1/claims/{invoice['id']}")
print(f"Claim: {claim['outstanding_ore'] / 100:.2f} kr outstanding")

# The bank: what a customer pays today stands in tomorrow's file. The bank of `up` writes it at once.
file = call("GET", f"/bank/{invoice['id']}")
imported = json.loads(call("POST", "/v1/bank-files", file, content_type="text/plain"))
print(f"Bank file: {imported['matched']} of {imported['payments']} payments matched")

paid = get(f"/v1/invoices/{invoice['id']}")
print(f"Invoice {paid['number']}: {paid['payment_state']} on {paid['settled_on']}")

entries = get(f"/v1/ledger/entries?document_id={invoice['id']}")["items"]
for entry in entries:
    print(f"Entry {entry['entry_number']}: {entry['text']}")
