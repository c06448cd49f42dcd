"""WeasyPrint, warmed up once and used for many documents. Runs in a child process only: see `child.py`."""

import gc
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from services.rendering.adapters.archive import PLAIN, finish
from services.rendering.adapters.assets import PREFIX, AssetFetcher
from services.rendering.adapters.layouts import TEMPLATES, VERSIONS, Layout, layout
from services.rendering.domain.build import document_view
from services.rendering.domain.refusal import (
    RenderRefused,
    content_unusable,
    logo_unusable,
    refers_outside,
)
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import DocumentView
from shared.contracts.documents import DocumentConfirmed

VARIANT = "pdf/a-3b"
OBJECTS_BETWEEN_COLLECTIONS = 200_000


@dataclass(frozen=True)
class Pdf:
    content: bytes
    pages: int
    filename: str
    warnings: tuple[str, ...]


class Engine:
    """Sets documents as PDF/A-3b. What does not change from one document to the next is made once."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._fonts = FontConfiguration()
        self._layout = cache(layout)
        self._texts = cache(_texts)
        self._style = cache(self._parsed_style)

    def warm_up(self) -> None:
        """Load the page, the style and the words of every layout before the first document waits for them."""
        for name in VERSIONS:
            chosen = self._layout(name)
            self._templates.get_template(chosen.page)
            self._style(chosen)
        _collect_rarely()

    def render(self, event: DocumentConfirmed, logo: bytes | None) -> Pdf:
        """The document as PDF, the same bytes every time. Raises RenderRefused for what only a person can put right."""
        chosen = self._layout(event.layout)
        view = _view_of(event, self._texts(chosen, event.document.language))
        html = self._templates.get_template(chosen.page).render(view=view)
        assets = {f"{PREFIX}{event.seller.logo}": logo} if logo is not None else {}
        return self._set(html, view, self._style(chosen), assets)

    def _parsed_style(self, chosen: Layout) -> CSS:
        return CSS(string=chosen.style(), font_config=self._fonts, url_fetcher=AssetFetcher({}))

    def _set(self, html: str, view: DocumentView, style: CSS, assets: Mapping[str, bytes]) -> Pdf:
        fetcher = AssetFetcher(assets)
        with _heard() as log, _content_errors(fetcher):
            document = HTML(string=html, url_fetcher=fetcher).render(
                font_config=self._fonts, stylesheets=[style], pdf_variant=VARIANT
            )
            identifier = view.metadata.identifier
            content = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, finisher=finish, **PLAIN)
        if fetcher.refused:
            raise refers_outside(tuple(fetcher.refused))
        _refuse_errors(log)
        return Pdf(content, len(document.pages), view.metadata.filename, tuple(record.getMessage() for record in log))


def _collect_rarely() -> None:
    """What is loaded now stays for good, so the collector need not look at it again.

    And a document makes so many objects that it is cheaper to go through several documents' rubbish at once: together a
    tenth of the time of an invoice.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


def _texts(chosen: Layout, language: str) -> Texts:
    return chosen.texts(language)


def _view_of(event: DocumentConfirmed, texts: Texts) -> DocumentView:
    try:
        return document_view(event, texts)
    except (ValueError, LookupError) as error:
        raise content_unusable(f"{type(error).__name__}: {error}") from error


@contextmanager
def _content_errors(fetcher: AssetFetcher) -> Iterator[None]:
    """Errors that the same document would give every time, as refusals. Out of memory is not one of them."""
    try:
        yield
    except FatalURLFetchingError as error:
        raise refers_outside(tuple(fetcher.refused)) from error
    except (RenderRefused, MemoryError):
        raise
    except Exception as error:
        raise content_unusable(f"{type(error).__name__}: {error}") from error


def _refuse_errors(log: list[logging.LogRecord]) -> None:
    """WeasyPrint logs an image that it cannot read and goes on; an invoice without its logo must not go out."""
    for record in log:
        if record.levelno >= logging.ERROR:
            raise logo_unusable(record.getMessage()[:200])


class _Listener(logging.Handler):
    def __init__(self, received: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.WARNING)
        self._heard = received

    def emit(self, record: logging.LogRecord) -> None:
        self._heard(record)


@contextmanager
def _heard() -> Iterator[list[logging.LogRecord]]:
    """Everything that WeasyPrint warns of meanwhile."""
    records: list[logging.LogRecord] = []
    listener = _Listener(records.append)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield records
    finally:
        logger.removeHandler(listener)
