"""From the confirmed document to what its pages show."""

from services.rendering.domain import words
from services.rendering.domain.columns import goods_columns
from services.rendering.domain.payment import payment
from services.rendering.domain.recipient import recipient
from services.rendering.domain.sums import mva_rows, shows_mva, sums
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import ClaimView, DocumentView, Labelled, LineView, Metadata
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import Line, Seller
from shared.mva import EhfCategory, mva_code
from shared.orgnr import format_bank_account, format_mva_number, format_orgnr
from shared.text_nb import single_line

LONG_NAME = 34
"""More characters than this do not stand on one line at the size of a wordmark."""
WITHOUT_RATE = frozenset({EhfCategory.EXEMPT, EhfCategory.OUTSIDE_SCOPE})


def document_view(event: DocumentConfirmed, texts: Texts) -> DocumentView:
    """Everything the template needs, as finished strings. Raises RenderRefused, MvaError and NumberError."""
    document = event.document
    taxed = shows_mva(event)
    discounted = any(line.discount_percent for line in event.lines)
    lines = tuple(_line(line, texts, discounted=discounted, taxed=taxed) for line in event.lines)
    return DocumentView(
        language=texts.language,
        texts=texts.column(),
        metadata=_metadata(event, texts),
        title=_title(event, texts),
        number=str(document.number),
        seller_name=single_line(event.seller.name),
        seller_name_is_long=len(single_line(event.seller.name)) > LONG_NAME,
        seller_lines=words.address_lines(event.seller.address),
        logo=f"asset:{event.seller.logo}" if event.seller.logo else None,
        recipient=recipient(event.buyer),
        key_details=_key_details(event, texts),
        details=_details(event, texts),
        paragraphs=_paragraphs(event, texts),
        claim=_claim(event, texts),
        columns=goods_columns(texts, lines, discount=discounted, mva=taxed),
        lines=lines,
        shows_discount=discounted,
        shows_mva=taxed,
        mva_rows=mva_rows(event, texts) if taxed else (),
        sums=sums(event, texts, taxed=taxed),
        remarks=_remarks(event, texts),
        payment=payment(event, texts),
        footer=_footer(event.seller, texts),
    )


def _metadata(event: DocumentConfirmed, texts: Texts) -> Metadata:
    document = event.document
    return Metadata(
        title=f"{_title(event, texts)} {document.number}",
        author=single_line(event.seller.name),
        created=document.document_date.isoformat(),
        identifier=document.document_id.hex.encode("ascii"),
        filename=texts(f"filename.{document.kind}", number=str(document.number)),
    )


def _title(event: DocumentConfirmed, texts: Texts) -> str:
    return texts(f"title.{event.document.kind}")


def _key_details(event: DocumentConfirmed, texts: Texts) -> tuple[Labelled, ...]:
    document = event.document
    return _present(
        Labelled(texts(f"number.{document.kind}"), str(document.number)),
        Labelled(texts(f"date.{document.kind}"), words.day(document.document_date, texts.language)),
        Labelled(texts("label.due_date"), words.day(document.due_date, texts.language), strong=True),
        Labelled(texts("label.customer_number"), str(document.customer_number)),
    )


def _details(event: DocumentConfirmed, texts: Texts) -> tuple[Labelled, ...]:
    several_days = event.delivered_until not in (None, event.delivered_on)
    delivered = words.period(event.delivered_on, event.delivered_until or event.delivered_on, texts.language)
    orgnr = format_orgnr(event.buyer.orgnr) if event.buyer.orgnr else ""
    return _present(
        Labelled(texts("label.delivery_period" if several_days else "label.delivered"), delivered),
        Labelled(texts("label.delivery_place"), single_line(event.delivery_place or "")),
        Labelled(texts("label.order_number"), single_line(event.order_number or "")),
        Labelled(texts("label.your_reference"), single_line(event.your_reference or "")),
        Labelled(texts("label.our_reference"), single_line(event.our_reference or "")),
        Labelled(texts("label.buyer_orgnr"), orgnr.replace(" ", words.NBSP)),
    )


def _paragraphs(event: DocumentConfirmed, texts: Texts) -> tuple[str, ...]:
    """What is said before the lines: which document this one concerns, and the seller's own note."""
    language, referred = texts.language, event.document.refers_to
    said: list[str] = []
    if event.document.kind == "order_confirmation":
        said.append(texts("text.order_confirmation"))
    if event.document.kind == "credit_note" and referred:
        date = words.day(referred.document_date, language)
        said.append(texts("text.credit_note", number=str(referred.number), date=date))
    if event.document.kind == "reminder" and referred:
        said += [_reminder(event, texts), texts("text.reminder_settled")]
    return tuple(text for text in (*said, words.paragraph(event.note or "")) if text)


def _reminder(event: DocumentConfirmed, texts: Texts) -> str:
    document, referred = event.document, event.document.refers_to
    return texts(
        "text.reminder_2" if (document.reminder_level or 1) > 1 else "text.reminder_1",
        number=str(referred.number) if referred else "",
        date=words.day(referred.document_date, texts.language) if referred else "",
        outstanding=words.kroner(_outstanding_ore(event), texts.language),
        due_date=words.day(document.due_date, texts.language),
    )


def _claim(event: DocumentConfirmed, texts: Texts) -> ClaimView | None:
    referred = event.document.refers_to
    if event.document.kind != "reminder" or referred is None:
        return None
    date = words.day(referred.document_date, texts.language)
    return ClaimView(str(referred.number), date, words.amount(_outstanding_ore(event), texts.language))


def _outstanding_ore(event: DocumentConfirmed) -> int:
    return event.document.payable_ore if event.outstanding_ore is None else event.outstanding_ore


def _line(line: Line, texts: Texts, *, discounted: bool, taxed: bool) -> LineView:
    language = texts.language
    without_rate = taxed and mva_code(line.mva_code).ehf_category in WITHOUT_RATE
    return LineView(
        description=words.paragraph(line.description),
        quantity=words.quantity(line.quantity, language),
        unit=single_line(line.unit),
        unit_price=words.unit_price(line.unit_price, language),
        discount=words.percent(line.discount_percent, language) if discounted and line.discount_percent else "",
        mva=texts("mva.none") if without_rate else words.percent(line.mva_rate, language) if taxed else "",
        net=words.amount(line.net_ore, language),
    )


def _remarks(event: DocumentConfirmed, texts: Texts) -> tuple[str, ...]:
    """Why no MVA is calculated, once for each reason (bokføringsforskriften § 5-1-1: reverse charge)."""
    reasons = (mva_code(total.code).exemption_text(texts.language) for total in event.document.mva_totals)
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def _footer(seller: Seller, texts: Texts) -> tuple[str, ...]:
    """Name, address, number and registers: what every business document must carry (foretaksregisterloven § 10-2)."""
    number = format_mva_number(seller.orgnr) if seller.mva_registered else format_orgnr(seller.orgnr)
    account = f"{texts('label.account')}{words.NBSP}{format_bank_account(seller.bank_account)}"
    lawful = (
        single_line(seller.name),
        ", ".join(words.address_lines(seller.address)),
        f"{texts('label.orgnr')} {number}".replace(" ", words.NBSP),
        "Foretaksregisteret" if seller.in_foretaksregisteret else "",
    )
    useful = (account, *(single_line(contact or "") for contact in (seller.phone, seller.email, seller.website)))
    return tuple(" · ".join(text for text in line if text) for line in (lawful, useful))


def _present(*details: Labelled) -> tuple[Labelled, ...]:
    return tuple(detail for detail in details if detail.value)
