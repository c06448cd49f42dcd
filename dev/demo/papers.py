"""What the demo leaves behind: a timeline per invoice, the ledger as text, PDFs and mails."""

from datetime import date
from pathlib import Path
from typing import Any

from dev.demo.diary import DemoClient
from dev.playground.mailbox import Mailbox
from dev.wording import sentence
from shared.money import format_ore
from shared.private_files import private_folder, write_private
from shared.text_nb import format_date


async def timelines(client: DemoClient) -> str:
    """A paragraph per invoice, by number; the same on every bus."""
    invoices = (await client.get("/v1/invoices", limit="200"))["items"]
    numbered = sorted(
        (invoice for invoice in invoices if invoice["number"] is not None), key=lambda invoice: invoice["number"]
    )
    return "\n\n".join([_timeline(await client.get(f"/v1/invoices/{invoice['id']}")) for invoice in numbered])


def _timeline(invoice: dict[str, Any]) -> str:
    total = format_ore(invoice["payable_ore"], "nb")
    head = f"Faktura {invoice['number']}  {invoice['customer_name']}  {total} kr  KID {invoice['kid']}"
    events = [
        f"  {format_date(date.fromisoformat(event['on_date']), 'nb')}  {sentence(event):<36}{_amount(event)}".rstrip()
        for event in invoice["events"]
    ]
    return "\n".join([head, *events])


def _amount(event: dict[str, Any]) -> str:
    return "" if event["amount_ore"] is None else f"{format_ore(event['amount_ore'], 'nb'):>12}"


async def ledger_text(client: DemoClient) -> str:
    """The client's whole ledger, as the ledger service formats it."""
    return (await client.api.get("/v1/ledger/text")).raise_for_status().text


async def save_papers(client: DemoClient, mailbox: Mailbox, folder: Path) -> None:
    """Write every PDF and every mail to a file."""
    for name, document_id in sorted(client.documents.items()):
        answer = await client.api.get(f"/v1/renderings/{document_id}/pdf")
        if answer.is_success:
            write_private(folder / f"{name}.pdf", answer.content)
    mails = folder / "mails"
    private_folder(mails)
    for mail in mailbox.mails():
        write_private(mails / f"{mail.number:03d}.eml", mail.message.as_bytes())
    (folder / "timelines.txt").write_text(await timelines(client) + "\n")
    (folder / "ledger.txt").write_text(await ledger_text(client) + "\n")
