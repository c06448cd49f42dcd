"""What a rendered PDF shows: text with its position on the sheet, fonts, pictures."""

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

MM_PER_PT = 25.4 / 72


@dataclass(frozen=True)
class Word:
    """A run of text and its box in millimetres from the top left corner of the sheet."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, left: float, top: float, right: float, bottom: float) -> bool:
        return self.left < right and self.right > left and self.top < bottom and self.bottom > top

    def inside(self, left: float, top: float, right: float, bottom: float) -> bool:
        return self.left >= left and self.right <= right and self.top >= top and self.bottom <= bottom


def text_of(content: bytes, page: int | None = None) -> str:
    """The text of one page, or of all, with plain spaces."""
    with pypdfium2.PdfDocument(content) as pdf:
        pages = range(len(pdf)) if page is None else [page]
        return "\n".join(pdf[number].get_textpage().get_text_bounded() for number in pages).replace("\u00a0", " ")


def page_count(content: bytes) -> int:
    with pypdfium2.PdfDocument(content) as pdf:
        return len(pdf)


def words_on(content: bytes, page: int = 0) -> list[Word]:
    """Every run of text on a page, with its position."""
    with pypdfium2.PdfDocument(content) as pdf:
        return list(_words(pdf[page]))


def _words(page: pypdfium2.PdfPage) -> Iterator[Word]:
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        run = text.get_text_bounded(left, bottom, right, top).strip()
        box = (left, height - top, right, height - bottom)
        yield Word(run.replace("\u00a0", " "), *(edge * MM_PER_PT for edge in box))


def fonts_of(content: bytes) -> dict[str, bool]:
    """The fonts of a document by name, and whether each is embedded."""
    fonts: dict[str, bool] = {}
    with pypdfium2.PdfDocument(content) as pdf:
        for page in pdf:
            for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = text.get_font()
                fonts[font.get_base_name()] = font.is_embedded
    return fonts


def text_sizes(content: bytes) -> set[float]:
    """The sizes of the text on all pages, in points, to a hundredth."""
    with pypdfium2.PdfDocument(content) as pdf:
        return {
            round(abs(text.get_matrix().d) * text.get_font_size(), 2)
            for page in pdf
            for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])
        }


def pictures_on(content: bytes, page: int = 0) -> int:
    with pypdfium2.PdfDocument(content) as pdf:
        return len(list(pdf[page].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])))


def picture_widths(content: bytes, page: int = 0) -> list[float]:
    """The width of each picture on the page, in millimetres."""
    with pypdfium2.PdfDocument(content) as pdf:
        boxes = [picture.get_bounds() for picture in pdf[page].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]
    return [(right - left) * MM_PER_PT for left, _, right, _ in boxes]
