"""WeasyPrint, warmed up once and used for many documents. Runs only in child processes (`child.py`)."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from services.rendering.adapters.archive import PLAIN, finish
from services.rendering.adapters.assets import AssetFetcher
from services.rendering.adapters.layouts import TEMPLATES, VERSIONS, Layout, layout
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.build import document_view
from services.rendering.domain.document import Document
from services.rendering.domain.errors import Unrenderable, content_unusable, logo_unusable, refers_outside
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import DocumentView
from shared.garbage import collect_rarely

VARIANT = "pdf/a-3b"
OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""One document makes so many objects that collecting after several is cheaper: a tenth of an invoice's time."""


class Engine:
    """Renders documents as PDF/A-3b. What does not change from one document to the next is made once."""

    def __init__(self) -> None:
        self._templates = templates()
        self._fonts = FontConfiguration()
        self._layout = cache(layout)
        self._texts = cache(_texts)
        self._style = cache(self._parsed_style)

    def warm_up(self) -> None:
        """Load the page and the style of every layout before the first document waits for them."""
        for name in VERSIONS:
            chosen = self._layout(name)
            self._templates.get_template(chosen.page)
            self._style(chosen)
        collect_rarely(OBJECTS_BETWEEN_COLLECTIONS)

    def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        """The document as PDF, the same bytes every time. Raises Unrenderable when a person must act."""
        chosen = self._layout(document.layout)
        view = _view_of(document, self._texts(chosen, document.language))
        html = self._templates.get_template(chosen.page).render(view=view)
        assets = {view.logo: logo} if view.logo is not None and logo is not None else {}
        return self._laid_out(html, view, self._style(chosen), assets)

    def _parsed_style(self, chosen: Layout) -> CSS:
        return CSS(string=chosen.style(), font_config=self._fonts, url_fetcher=AssetFetcher({}))

    def _laid_out(self, html: str, view: DocumentView, style: CSS, assets: Mapping[str, bytes]) -> RenderedFile:
        fetcher = AssetFetcher(assets)
        with _logged() as records, _content_errors(fetcher):
            pages = HTML(string=html, url_fetcher=fetcher).render(
                font_config=self._fonts, stylesheets=[style], pdf_variant=VARIANT
            )
            identifier = view.metadata.identifier
            content = pages.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, finisher=finish, **PLAIN)
        if fetcher.refused:
            raise refers_outside(tuple(fetcher.refused))
        _refuse_errors(records)
        warnings = tuple(record.getMessage() for record in records)
        return RenderedFile(content, len(pages.pages), view.metadata.filename, warnings)


def templates() -> Environment:
    """Reads page templates. They escape what they print, and fail on a name that they do not have."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _texts(chosen: Layout, language: str) -> Texts:
    return chosen.texts(language)


def _view_of(document: Document, texts: Texts) -> DocumentView:
    try:
        return document_view(document, texts)
    except (ValueError, LookupError) as error:
        raise content_unusable(f"{type(error).__name__}: {error}") from error


@contextmanager
def _content_errors(fetcher: AssetFetcher) -> Iterator[None]:
    """Turns errors that the same document would raise every time into Unrenderable. MemoryError is not one of them."""
    try:
        yield
    except FatalURLFetchingError as error:
        raise refers_outside(tuple(fetcher.refused)) from error
    except (Unrenderable, MemoryError):
        raise
    except Exception as error:
        raise content_unusable(f"{type(error).__name__}: {error}") from error


def _refuse_errors(records: list[logging.LogRecord]) -> None:
    """WeasyPrint only logs an image that it cannot read; an invoice without its logo must not go out."""
    for record in records:
        if record.levelno >= logging.ERROR:
            raise logo_unusable(record.getMessage()[:200])


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _logged() -> Iterator[list[logging.LogRecord]]:
    """The warnings and errors that WeasyPrint logs inside the block."""
    collector, logger = _Collector(), logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield collector.records
    finally:
        logger.removeHandler(collector)
