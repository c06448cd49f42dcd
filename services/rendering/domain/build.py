"""Turns a document into what its pages show."""

from itertools import accumulate

from services.rendering.domain import words
from services.rendering.domain.claim import claim, outstanding
from services.rendering.domain.columns import goods_columns
from services.rendering.domain.document import Document, Line, Reference
from services.rendering.domain.payment import asks_payment, how_to_pay, payment
from services.rendering.domain.recipient import name_and_address, recipient
from services.rendering.domain.sums import mva_rows, shows_mva, sums
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import DocumentView, Labelled, LineView, Metadata
from shared.mva import EhfCategory, mva_code
from shared.orgnr import format_mva_number, format_orgnr
from shared.paper.window import fits_window
from shared.text_nb import single_line

LONG_NAME = 34
"""Longer names do not fit on one line at the size of the wordmark."""
WITHOUT_RATE = frozenset({EhfCategory.EXEMPT, EhfCategory.OUTSIDE_SCOPE})


def document_view(document: Document, texts: Texts) -> DocumentView:
    """Everything the template needs, as finished strings. Raises Unrenderable, MvaError and NumberError."""
    taxed = shows_mva(document)
    discounted = any(line.discount_percent for line in document.lines)
    lines = _lines(document, texts, discounted=discounted, taxed=taxed)
    recipient_lines = recipient(document)
    return DocumentView(
        language=texts.language,
        texts=texts.for_template(),
        metadata=_metadata(document, texts),
        title=_title(document, texts),
        number=str(document.number),
        seller_name=single_line(document.seller.name),
        seller_name_is_long=len(single_line(document.seller.name)) > LONG_NAME,
        seller_lines=words.address_lines(document.seller.address, document.language),
        logo=f"asset:{document.seller.logo}" if document.seller.logo else None,
        recipient=recipient_lines,
        recipient_is_long=not fits_window(recipient_lines),
        key_details=_key_details(document, texts),
        details=_details(document, texts),
        paragraphs=_paragraphs(document, texts),
        claim=claim(document, texts),
        columns=goods_columns(texts, lines, discount=discounted, mva=taxed),
        lines=lines,
        shows_discount=discounted,
        shows_mva=taxed,
        mva_rows=mva_rows(document, texts) if taxed else (),
        sums=sums(document, texts, taxed=taxed),
        remarks=_remarks(document, texts),
        payment=payment(document, texts),
        footer=_footer(document, texts),
    )


def _metadata(document: Document, texts: Texts) -> Metadata:
    return Metadata(
        title=f"{_title(document, texts)} {document.number}",
        author=single_line(document.seller.name),
        created=document.document_date.isoformat(),
        identifier=document.document_id.hex.encode("ascii"),
        filename=texts(f"filename.{document.kind}", number=str(document.number)),
    )


def _title(document: Document, texts: Texts) -> str:
    return texts(f"title.{document.kind}")


def _key_details(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    return _present(
        Labelled(texts(f"number.{document.kind}"), str(document.number)),
        Labelled(texts(f"date.{document.kind}"), words.day(document.document_date, texts.language)),
        *how_to_pay(document, texts),
        Labelled(texts("label.customer_number"), str(document.customer_number)),
    )


def _details(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    several_days = document.delivered_until not in (None, document.delivered_on)
    delivered = words.period(document.delivered_on, document.delivered_until or document.delivered_on, texts.language)
    orgnr = format_orgnr(document.buyer.orgnr) if document.buyer.orgnr else ""
    buyer = "" if document.window is None else ", ".join(name_and_address(document))
    return _present(
        Labelled(texts("label.buyer"), buyer),
        Labelled(texts("label.delivery_period" if several_days else "label.delivered"), delivered),
        Labelled(
            texts("label.delivery_place"),
            words.place(document.delivery_place, document.delivery_country, texts.language),
        ),
        Labelled(texts("label.order_number"), single_line(document.order_number or "")),
        Labelled(texts("label.your_reference"), single_line(document.your_reference or "")),
        Labelled(texts("label.our_reference"), single_line(document.our_reference or "")),
        Labelled(texts("label.buyer_orgnr"), orgnr.replace(" ", words.NBSP)),
    )


def _paragraphs(document: Document, texts: Texts) -> tuple[str, ...]:
    """The text above the lines: which document this one concerns, and the seller's own note."""
    referred = document.refers_to
    paragraphs: list[str] = []
    if document.kind == "order_confirmation":
        paragraphs.append(texts("text.order_confirmation"))
    if document.kind == "credit_note" and referred:
        date = words.day(referred.document_date, texts.language)
        paragraphs += [texts("text.credit_note", number=str(referred.number), date=date), texts("text.no_payment")]
    if document.kind == "reminder" and referred:
        paragraphs += [_reminder(document, referred, texts), texts("text.reminder_settled")]
    return tuple(text for text in (*paragraphs, words.paragraph(document.note or "")) if text)


def _reminder(document: Document, referred: Reference, texts: Texts) -> str:
    return texts(
        "text.reminder_2" if (document.reminder_level or 1) > 1 else "text.reminder_1",
        number=str(referred.number),
        date=words.day(referred.document_date, texts.language),
        outstanding=words.kroner(outstanding(document), texts.language),
        due_date=words.day(document.due_date, texts.language),
    )


def _lines(document: Document, texts: Texts, *, discounted: bool, taxed: bool) -> tuple[LineView, ...]:
    """Each with the sum that is carried over when a page ends after it; the last line is followed by the sums."""
    lines = [(line, texts, discounted, taxed) for line in document.lines]
    so_far = [words.amount(sum_ore, texts.language) for sum_ore in accumulate(line.net_ore for line in document.lines)]
    return tuple(_line(*of, sum_so_far) for of, sum_so_far in zip(lines, [*so_far[:-1], ""], strict=False))


def _line(line: Line, texts: Texts, discounted: bool, taxed: bool, sum_so_far: str) -> LineView:
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
        carried=texts("text.carried", amount=sum_so_far) if sum_so_far else "",
        brought=texts("text.brought", amount=sum_so_far) if sum_so_far else "",
    )


def _remarks(document: Document, texts: Texts) -> tuple[str, ...]:
    """Why no MVA is calculated, each reason once (bokføringsforskriften § 5-1-1: reverse charge); that nothing is
    to be paid."""
    reasons = [mva_code(total.code).exemption_text(texts.language) for total in document.mva_totals]
    if document.kind == "invoice" and not asks_payment(document):
        reasons.append(texts("text.nothing_to_pay"))
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def _footer(document: Document, texts: Texts) -> tuple[str, ...]:
    """Name, address, number and registers, as every business document must have (foretaksregisterloven § 10-2)."""
    seller = document.seller
    number = format_mva_number(seller.orgnr) if seller.mva_registered else format_orgnr(seller.orgnr)
    required = (
        single_line(seller.name),
        ", ".join(words.address_lines(seller.address, document.language)),
        f"{texts('label.orgnr')} {number}".replace(" ", words.NBSP),
        "Foretaksregisteret" if seller.in_foretaksregisteret else "",
    )
    contact = tuple(single_line(text or "") for text in (seller.phone, seller.email, seller.website))
    lines = (" · ".join(text for text in line if text) for line in (required, contact))
    return tuple(line for line in lines if line)


def _present(*details: Labelled) -> tuple[Labelled, ...]:
    return tuple(detail for detail in details if detail.value)
