"""The playground's pages, in Norwegian: the mailbox, a print shop, a bank."""

from datetime import date
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException

from dev.playground.actions import Playground
from dev.playground.forms import FormRoute
from dev.playground.mailbox import Mailbox
from shared.http.own_writes import HEADER
from shared.money import format_ore
from shared.text_nb import format_date

_pages = Environment(loader=PackageLoader("dev.playground"), autoescape=select_autoescape(default=True))
_pages.filters["kroner"] = lambda ore: format_ore(ore, "nb")
_pages.filters["day"] = lambda day: format_date(date.fromisoformat(day), "nb")
_pages.filters["quoted"] = lambda text: quote(text, safe="")


def install(app: FastAPI, mailbox: Mailbox, playground: Playground) -> None:
    """Add the pages to the front door."""
    app.state.mailbox = mailbox
    app.state.playground = playground
    app.include_router(router)


_LIVE = files("dev.playground") / "live.js"
router = APIRouter(include_in_schema=False, route_class=FormRoute)


def _page(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_pages.get_template(name).render(**values))


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


def _playground(request: Request) -> Playground:
    playground: Playground = request.app.state.playground
    return playground


@router.get("/")
async def front(request: Request) -> HTMLResponse:
    return _page(
        "front.html", mails=len(_mailbox(request).message_ids()), overview=await _playground(request).overview()
    )


@router.get("/mailbox")
async def mails(request: Request) -> HTMLResponse:
    return _page("mailbox.html", mails=list(reversed(_mailbox(request).mails())))


@router.get("/mailbox/accepted/{message_id:path}")
async def accepted(request: Request, message_id: str) -> Response:
    """The mail log that delivery asks about uncertain mails: 200 it was accepted, 404 it was not."""
    times = _mailbox(request).times_accepted(message_id)
    return Response(str(times), status_code=200 if times else 404, media_type="text/plain")


@router.get("/mailbox/{number}")
async def mail(request: Request, number: int) -> HTMLResponse:
    try:
        return _page("mail.html", mail=_mailbox(request).mail(number))
    except KeyError:
        raise HTTPException(404) from None


@router.get("/mailbox/{number}/html")
async def mail_as_html(request: Request, number: int) -> HTMLResponse:
    """As the customer's mail program shows it."""
    try:
        page = _mailbox(request).mail(number).html()
    except KeyError:
        page = None
    if page is None:
        raise HTTPException(404)
    return HTMLResponse(page)


@router.get("/mailbox/{number}/{attachment}")
async def attachment(request: Request, number: int, attachment: int) -> Response:
    try:
        name, content = _mailbox(request).mail(number).attachments()[attachment]
    except (KeyError, IndexError):
        raise HTTPException(404) from None
    shown = f"inline; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": shown})


@router.get("/live.js")
async def live() -> Response:
    return Response(_LIVE.read_bytes(), media_type="text/javascript")


@router.get("/invoices/{document_id}")
async def invoice(request: Request, document_id: UUID) -> HTMLResponse:
    try:
        return _page("invoice.html", story=await _playground(request).story(str(document_id), _mailbox(request)))
    except LookupError:
        raise HTTPException(404) from None


@router.get("/invoices/{document_id}/pdf")
async def invoice_pdf(request: Request, document_id: UUID) -> Response:
    try:
        return Response(await _playground(request).pdf(str(document_id)), media_type="application/pdf")
    except LookupError:
        raise HTTPException(404) from None


@router.post("/print-shop")
async def print_letters(request: Request, document_id: Annotated[UUID | None, Form()] = None) -> RedirectResponse:
    await _playground(request).print_letters()
    return _back_to(document_id)


@router.get("/print-shop/{name}")
async def letter(request: Request, name: str) -> Response:
    content = _playground(request).letter(name)
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type="application/pdf")


@router.post("/bank")
async def pay(request: Request, document_id: Annotated[UUID, Form()]) -> RedirectResponse:
    await _playground(request).pay(str(document_id))
    return _back_to(document_id)


@router.get("/bank/{document_id}")
async def bank_file(request: Request, document_id: UUID) -> Response:
    """What the bank sends once this is paid, for those who import it themselves."""
    try:
        content = await _playground(request).bank_file(str(document_id), request.headers.get(HEADER, ""))
    except LookupError:
        raise HTTPException(404) from None
    return Response(content, media_type="text/plain; charset=iso-8859-1")


@router.post("/try")
async def try_it(request: Request, customer_id: Annotated[str, Form()]) -> RedirectResponse:
    return _back_to(await _playground(request).issue_an_invoice(customer_id))


def _back_to(document_id: UUID | str | None) -> RedirectResponse:
    """The page of the invoice that the form was about, or the front page."""
    return RedirectResponse(f"/invoices/{document_id}" if document_id else "/", status_code=303)
