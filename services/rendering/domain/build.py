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


def document_view(fact: DocumentConfirmed, texts: Texts) -> DocumentView:
    """Everything the template needs, as finished strings. Raises RenderRefused, MvaError and NumberError."""
    document = fact.document
    taxed = shows_mva(fact)
    discounted = any(line.discount_percent for line in fact.lines)
    lines = tuple(_line(line, texts, discounted=discounted, taxed=taxed) for line in fact.lines)
    return DocumentView(
        language=texts.language,
        texts=texts.column(),
        metadata=_metadata(fact, texts),
        title=_title(fact, texts),
        number=str(document.number),
        seller_name=single_line(fact.seller.name),
        seller_name_is_long=len(single_line(fact.seller.name)) > LONG_NAME,
        seller_lines=words.address_lines(fact.seller.address),
        logo=f"asset:{fact.seller.logo}" if fact.seller.logo else None,
        recipient=recipient(fact.buyer),
        key_facts=_key_facts(fact, texts),
        facts=_facts(fact, texts),
        paragraphs=_paragraphs(fact, texts),
        claim=_claim(fact, texts),
        columns=goods_columns(texts, lines, discount=discounted, mva=taxed),
        lines=lines,
        shows_discount=discounted,
        shows_mva=taxed,
        mva_rows=mva_rows(fact, texts) if taxed else (),
        sums=sums(fact, texts, taxed=taxed),
        remarks=_remarks(fact, texts),
        payment=payment(fact, texts),
        footer=_footer(fact.seller, texts),
    )


def _metadata(fact: DocumentConfirmed, texts: Texts) -> Metadata:
    document = fact.document
    return Metadata(
        title=f"{_title(fact, texts)} {document.number}",
        author=single_line(fact.seller.name),
        created=document.document_date.isoformat(),
        identifier=document.document_id.hex.encode("ascii"),
        filename=texts(f"filename.{document.kind}", number=str(document.number)),
    )


def _title(fact: DocumentConfirmed, texts: Texts) -> str:
    return texts(f"title.{fact.document.kind}")


def _key_facts(fact: DocumentConfirmed, texts: Texts) -> tuple[Labelled, ...]:
    document = fact.document
    return _present(
        Labelled(texts(f"number.{document.kind}"), str(document.number)),
        Labelled(texts(f"date.{document.kind}"), words.day(document.document_date, texts.language)),
        Labelled(texts("label.due_date"), words.day(document.due_date, texts.language), strong=True),
        Labelled(texts("label.customer_number"), str(document.customer_number)),
    )


def _facts(fact: DocumentConfirmed, texts: Texts) -> tuple[Labelled, ...]:
    several_days = fact.delivered_until not in (None, fact.delivered_on)
    delivered = words.period(fact.delivered_on, fact.delivered_until or fact.delivered_on, texts.language)
    orgnr = format_orgnr(fact.buyer.orgnr) if fact.buyer.orgnr else ""
    return _present(
        Labelled(texts("label.delivery_period" if several_days else "label.delivered"), delivered),
        Labelled(texts("label.delivery_place"), single_line(fact.delivery_place or "")),
        Labelled(texts("label.order_number"), single_line(fact.order_number or "")),
        Labelled(texts("label.your_reference"), single_line(fact.your_reference or "")),
        Labelled(texts("label.our_reference"), single_line(fact.our_reference or "")),
        Labelled(texts("label.buyer_orgnr"), orgnr.replace(" ", words.NBSP)),
    )


def _paragraphs(fact: DocumentConfirmed, texts: Texts) -> tuple[str, ...]:
    """What is said before the lines: which document this one concerns, and the seller's own note."""
    language, referred = texts.language, fact.document.refers_to
    said: list[str] = []
    if fact.document.kind == "order_confirmation":
        said.append(texts("text.order_confirmation"))
    if fact.document.kind == "credit_note" and referred:
        date = words.day(referred.document_date, language)
        said.append(texts("text.credit_note", number=str(referred.number), date=date))
    if fact.document.kind == "reminder" and referred:
        said += [_reminder(fact, texts), texts("text.reminder_settled")]
    return tuple(text for text in (*said, words.paragraph(fact.note or "")) if text)


def _reminder(fact: DocumentConfirmed, texts: Texts) -> str:
    document, referred = fact.document, fact.document.refers_to
    return texts(
        "text.reminder_2" if (document.reminder_level or 1) > 1 else "text.reminder_1",
        number=str(referred.number) if referred else "",
        date=words.day(referred.document_date, texts.language) if referred else "",
        outstanding=words.kroner(_outstanding_ore(fact), texts.language),
        due_date=words.day(document.due_date, texts.language),
    )


def _claim(fact: DocumentConfirmed, texts: Texts) -> ClaimView | None:
    referred = fact.document.refers_to
    if fact.document.kind != "reminder" or referred is None:
        return None
    date = words.day(referred.document_date, texts.language)
    return ClaimView(str(referred.number), date, words.amount(_outstanding_ore(fact), texts.language))


def _outstanding_ore(fact: DocumentConfirmed) -> int:
    return fact.document.payable_ore if fact.outstanding_ore is None else fact.outstanding_ore


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


def _remarks(fact: DocumentConfirmed, texts: Texts) -> tuple[str, ...]:
    """Why no MVA is calculated, once for each reason (bokføringsforskriften § 5-1-1: reverse charge)."""
    reasons = (mva_code(total.code).exemption_text(texts.language) for total in fact.document.mva_totals)
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


def _present(*facts: Labelled) -> tuple[Labelled, ...]:
    return tuple(fact for fact in facts if fact.value)
