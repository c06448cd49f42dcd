"""The pages themselves: archive format, fonts, the window of the envelope, page breaks."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import page as validator
import pytest

from services.rendering.adapters.pool import RenderPool
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document
from services.rendering.domain.errors import Unrenderable
from services.rendering.events import document_of
from shared.contracts.values import Line, PostalAddress
from tests.support.examples_documents import (
    a_buyer,
    a_credit_note,
    a_line,
    a_reminder,
    a_seller,
    an_invoice,
    an_order_confirmation,
)
from tests.support.pages import fonts_of, page_count, picture_widths, pictures_on, text_of, text_sizes, words_on
from tests.support.pictures import a_png

WINDOW_MM = (20.0, 46.0, 100.0, 76.0)
BODY_FROM_MM = 90.0
BESIDE_WINDOW_MM = 120.0
"""From here on nothing is near the window: amount, account and KID stand beside and below it."""
PINNED = ("Inter", "DejaVu-Sans")

LONG_BUYER = a_buyer(
    name="Entreprenørselskapet Brødrene Ødegård-Sørensen & Værøy Anleggsmaskiner Avd. Østlandet AS",
    address=PostalAddress(
        lines=("c/o Regnskapskontoret Åsgårdstrand", "Gamle Åsgårdsvei 114 B, inngang C"),
        postal_code="3179",
        city="Åsgårdstrand",
    ),
)
LONG_SELLER = a_seller(name="Nordfjordeid og Omegn Håndverks- og Industritjenester for Sjøfart, Bygg og Anlegg AS")
LONG_LINES = [
    a_line(1, description="Prosjektering, utførelse og etterkontroll av brannsikringstiltak i rømningsveier " * 2),
    a_line(2, quantity=Decimal("1234567.125"), unit_price=Decimal("0.0125"), mva_code="51"),
    a_line(3, description="Å" * 140),
    a_line(4, mva_code="6"),
    a_line(5, mva_code="52"),
]
ABROAD = a_buyer(
    name="Harrogate Timber & Sons Ltd",
    orgnr=None,
    address=PostalAddress(lines=("14 Mill Lane",), postal_code="HG1 5QP", city="Harrogate", country="GB"),
)
SMALLEST_PT = 8.0
EXAMPLES: dict[str, Document] = {
    "one line": document_of(an_invoice(1)),
    "twelve lines": document_of(an_invoice(12)),
    "sixty lines": document_of(an_invoice(60)),
    "one line in English": document_of(an_invoice(1, "en")),
    "twelve lines in English": document_of(an_invoice(12, "en")),
    "sixty lines in English": document_of(an_invoice(60, "en")),
    "nynorsk": document_of(an_invoice(12, "nn")),
    "long names": document_of(
        an_invoice(LONG_LINES, buyer=LONG_BUYER, seller=LONG_SELLER, note="Takk!\nVel møtt på Ørlandet.")
    ),
    "credit note": document_of(a_credit_note()),
    "order confirmation": document_of(an_order_confirmation()),
    "reminder": document_of(a_reminder()),
    "reminder in English": document_of(a_reminder("en")),
    "reminder with a fee": document_of(a_reminder(payable_ore=1_238_350)),
    "reminder without its claim": document_of(a_reminder(claim=None)),
    "buyer abroad": document_of(an_invoice(12, "en", buyer=ABROAD)),
    "longest KID": document_of(an_invoice(12, kid="1234567890123456789012345")),
    "nothing to pay": document_of(an_invoice([a_line(1, quantity=Decimal(0))])),
}


async def rendered(pool: RenderPool, document: Document, logo: bytes | None = None) -> RenderedFile:
    """Rendered without a single warning from WeasyPrint."""
    file = await pool.render(document, logo)
    assert file.warnings == ()
    assert file.pages == page_count(file.content)
    return file


def invoice(lines: int | Sequence[Line], **overrides: Any) -> Document:
    return document_of(an_invoice(lines, **overrides))


def with_logo(logo: bytes, lines: int = 1) -> Document:
    return invoice(lines, seller=a_seller(logo=hashlib.sha256(logo).hexdigest()))


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_document_is_pdf_a_3b_with_only_pinned_fonts(pool: RenderPool, tmp_path: Path, name: str) -> None:
    file = await rendered(pool, EXAMPLES[name])
    path = tmp_path / "document.pdf"
    path.write_bytes(file.content)
    report = validator.validate_pdf(str(path), profile="3b")
    assert report.is_compliant, [failure.rule_id for failure in report.failures]
    fonts = fonts_of(file.content)
    assert all(fonts.values())
    assert all(font.split("+")[-1].startswith(PINNED) for font in fonts), fonts


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_recipient_and_nothing_else_is_in_the_window(pool: RenderPool, name: str) -> None:
    buyer = EXAMPLES[name].buyer
    words = words_on((await rendered(pool, EXAMPLES[name])).content)
    visible = [word for word in words if word.touches(*WINDOW_MM)]
    assert all(word.inside(*WINDOW_MM) for word in visible), visible
    shown = "".join(word.text for word in visible)
    country = {"NO": "", "GB": "UNITED KINGDOM"}[buyer.address.country]
    expected = "".join((buyer.name, *buyer.address.lines, buyer.address.postal_code, buyer.address.city, country))
    # Letters and digits only: a hyphen at the end of a line is not read back as one.
    assert list(filter(str.isalnum, shown)) == list(filter(str.isalnum, expected))


@pytest.mark.parametrize("name", EXAMPLES)
async def test_nothing_is_printed_in_the_margins(pool: RenderPool, name: str) -> None:
    content = (await rendered(pool, EXAMPLES[name])).content
    for number in range(page_count(content)):
        for word in words_on(content, number):
            assert word.left >= 19.7, word
            assert word.right <= 190.6, word


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_body_begins_below_the_window(pool: RenderPool, name: str) -> None:
    words = words_on((await rendered(pool, EXAMPLES[name])).content)
    below = [word for word in words if word.top > WINDOW_MM[3] and word.left < BESIDE_WINDOW_MM]
    assert min(word.top for word in below) >= BODY_FROM_MM


@pytest.mark.parametrize("name", EXAMPLES)
async def test_no_text_is_smaller_than_eight_points(pool: RenderPool, name: str) -> None:
    sizes = text_sizes((await rendered(pool, EXAMPLES[name])).content)
    assert min(sizes) >= SMALLEST_PT - 0.01


async def test_the_sum_so_far_is_carried_from_page_to_page(pool: RenderPool) -> None:
    content = (await rendered(pool, invoice(60))).content
    first, middle, last = (text_of(content, number) for number in range(3))
    carried = [
        first.split("Overføres: ")[1].split("\n")[0].strip(),
        middle.split("Overføres: ")[1].split("\n")[0].strip(),
    ]
    assert f"forrige side: {carried[0]}" in middle
    assert f"forrige side: {carried[1]}" in last
    assert "forrige side" not in first
    assert "neste side" not in last


async def test_twelve_lines_at_four_rates_fit_on_one_page(pool: RenderPool) -> None:
    assert (await rendered(pool, invoice(12))).pages == 1
    for name in ("buyer abroad", "longest KID"):
        assert (await rendered(pool, EXAMPLES[name])).pages == 1


async def test_a_kid_is_grouped_for_the_eye_and_whole_when_it_is_copied(pool: RenderPool) -> None:
    content = (await rendered(pool, invoice(60))).content
    for number in (0, page_count(content) - 1):
        assert "01004200201482" in text_of(content, number)


async def test_the_first_page_says_what_to_pay_when_and_how(pool: RenderPool) -> None:
    document = invoice(60)
    first = text_of((await rendered(pool, document)).content, 0)
    amount = f"{document.payable_ore // 100:,},{document.payable_ore % 100:02} kr".replace(",", " ", 1)
    for detail in (amount, "07.12.2026", "8601.11.17947", "01004200201482"):
        assert detail in first, detail


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (12, 1), (60, 3)])
async def test_every_page_shows_its_number_and_the_page_count(pool: RenderPool, count: int, pages: int) -> None:
    content = (await rendered(pool, invoice(count))).content
    assert page_count(content) == pages
    for number in range(pages):
        assert f"Side {number + 1} av {pages}" in text_of(content, number)


async def test_the_headings_are_repeated_on_every_page_of_the_table(pool: RenderPool) -> None:
    content = (await rendered(pool, invoice(60))).content
    assert all("Beskrivelse" in text_of(content, number) for number in range(3))


@pytest.mark.parametrize("count", range(10, 22))
async def test_the_sums_and_the_payment_part_share_a_page_with_the_last_lines(pool: RenderPool, count: int) -> None:
    content = (await rendered(pool, invoice(count))).content
    last = text_of(content, page_count(content) - 1)
    assert "Å betale" in last
    assert "8601.11.17947" in last
    assert "01004200201482" in last
    assert sum(f"{line.net_ore // 100:,}".replace(",", " ") in last for line in invoice(count).lines[-2:]) == 2


async def test_the_same_document_gives_the_same_bytes(pool: RenderPool) -> None:
    document = invoice(12)
    first, second = [(await rendered(pool, document)).content for _ in range(2)]
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()


async def test_everything_the_law_requires_is_on_the_page(pool: RenderPool) -> None:
    text = text_of((await rendered(pool, invoice(12))).content)
    for detail in (
        "Faktura 20148",
        "23.11.2026",
        "Fjordlys Håndverk AS",
        "974 760 673 MVA",
        "Foretaksregisteret",
        "Søndre Bærum Byggevarer AS",
        "923 609 016",
        "20.11.2026",
        "Lager 2, Østerås",
        "Klippfisk av torsk, 1. sortering",
        "07.12.2026",
        "35 608,47",
        "8 902,12",
        "65 691,04 kr",
    ):
        assert detail in text, detail


async def test_a_logo_is_on_the_first_page_only(pool: RenderPool) -> None:
    logo = a_png()
    content = (await rendered(pool, with_logo(logo, lines=30), logo)).content
    assert [pictures_on(content, number) for number in range(2)] == [1, 0]


async def test_two_clients_never_get_each_others_logo(pool: RenderPool) -> None:
    wide, high = a_png(600, 100), a_png(100, 600)
    wide_document, high_document = with_logo(wide), with_logo(high)
    first = (await rendered(pool, wide_document, wide)).content
    other = (await rendered(pool, high_document, high)).content
    again = (await rendered(pool, wide_document, wide)).content
    assert first == again
    assert picture_widths(first) > picture_widths(other)


async def test_markup_in_names_and_lines_is_text(pool: RenderPool) -> None:
    line = a_line(1, description='<img src="file:///etc/passwd"><script>x</script> {{ 7 * 7 }} & "sitat"')
    file = await rendered(pool, invoice([line], note="<style>@import url(http://x.example/);</style>"))
    text = "".join(text_of(file.content).split())
    assert '<imgsrc="file:///etc/passwd"><script>x</script>{{7*7}}&"sitat"' in text
    assert pictures_on(file.content) == 0


@pytest.mark.parametrize(
    "address", ["http://x.example/a.png", "file:///etc/passwd", "//x.example/a", "data:text/html,x"]
)
async def test_a_logo_that_reaches_outside_stops_the_document(pool: RenderPool, address: str) -> None:
    picture = f'<image href="{address}" width="9" height="9"/>'
    logo = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{picture}</svg>'.encode()
    with pytest.raises(Unrenderable) as caught:
        await pool.render(with_logo(logo), logo)
    assert caught.value.code == "refers-outside"


async def test_a_self_contained_svg_logo_is_accepted(pool: RenderPool) -> None:
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3" fill="#1f4e79"/></svg>'
    )
    await rendered(pool, with_logo(logo), logo)


@pytest.mark.parametrize("logo", [b"not a picture", a_png()[:40], b""], ids=["text", "truncated", "empty"])
async def test_a_logo_that_is_not_a_picture_stops_the_document(pool: RenderPool, logo: bytes) -> None:
    with pytest.raises(Unrenderable) as caught:
        await pool.render(with_logo(logo), logo)
    assert caught.value.code == "logo-unusable"


async def test_letters_that_no_font_has_stop_the_document_and_are_named(pool: RenderPool) -> None:
    with pytest.raises(Unrenderable, match=r"characters-missing.*Ꮳ \(U\+13E3\)"):
        await pool.render(invoice(1, buyer=a_buyer(name="ᏣᎳᎩ AS")), None)


@pytest.mark.parametrize(
    "name",
    [
        "李明 Håndverk AS",
        "日本語かな",
        "김철수",
        "ร้านอาหารไทย",
        "தமிழ் உணவகம்",
        "ኤርትራ ምግብ",
        "नेपाली",
        "مطعم دمشق",
        "ភាសាខ្មែរ",
    ],
)
async def test_names_of_the_world_are_printed(pool: RenderPool, name: str) -> None:
    await rendered(pool, invoice(1, buyer=a_buyer(name=name)))


async def test_letters_of_other_european_languages_are_printed(pool: RenderPool) -> None:
    name = "Łukasz Čabrić & Þóra Ðuričić Šķēle Ελένη Алексей AS"
    file = await rendered(pool, invoice(1, buyer=a_buyer(name=name)))
    assert "".join(name.split()) in "".join(text_of(file.content).split())


async def test_an_unknown_layout_stops_the_document(pool: RenderPool) -> None:
    with pytest.raises(Unrenderable, match="layout-unknown"):
        await pool.render(invoice(1, layout="fancy"), None)
