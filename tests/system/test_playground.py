"""The playground: what a newcomer clicks leads on to where the result is seen."""

from pathlib import Path

import httpx2
import pytest

from tests.support.eventually import eventually
from tests.support.local_system import start_system


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_an_issued_invoice_shows_its_pdf_mail_entries_and_payment_on_its_page(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        customer = await system.customer(name="Bjørn & Sønner AS", channels=["email"])
        async with httpx2.AsyncClient(base_url=system.local.address, follow_redirects=True, trust_env=False) as browser:
            page = await browser.post("/try", data={"customer_id": customer})
            assert (page.status_code, page.url.path.split("/")[1]) == (200, "invoices")
            assert "til Bjørn &amp; Sønner AS" in page.text

            async def shows(*texts: str) -> bool:
                shown = (await browser.get(page.url.path)).text
                return all(text in shown for text in texts)

            links = (f"{page.url.path}/pdf", "/mailbox/1", "Sendt", "1500 Kundefordringer")
            await eventually(lambda: shows(*links), within=30)
            assert (await browser.get(f"{page.url.path}/pdf")).content.startswith(b"%PDF")
            mail = await browser.get("/mailbox/1/html")
            assert "Fjordlys Elektro AS" in mail.text
            assert "13 726,25" in mail.text.replace("\xa0", " ")
            document_id = page.url.path.split("/")[2]
            assert (await browser.post("/bank", data={"document_id": document_id})).url.path == page.url.path
            await eventually(lambda: shows("Gjort opp", "1920 Bankinnskudd"), within=30)
            assert (await browser.get("/invoices/01a213f6-52bf-7adf-8fd3-4a86f33f8b1b")).status_code == 404
