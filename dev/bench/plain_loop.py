"""The yardstick: WeasyPrint called in the plainest way, once per document, with nothing reused between documents.

As a program it reads documents as JSON, one a line, and prints documents per second and CPU seconds per document.
"""

import sys
import time
from functools import cache

from jinja2 import Template
from weasyprint import HTML

from services.rendering.adapters.engine import VARIANT, templates
from services.rendering.adapters.layouts import layout
from services.rendering.domain.build import document_view
from services.rendering.domain.document import Document
from services.rendering.domain.texts import Texts


def render_plainly(document: Document) -> bytes:
    """The same pages as the engine's, from one self-contained source, compressed as WeasyPrint does it."""
    view = document_view(document, _texts(document.layout, document.language))
    html = _page(document.layout).render(view=view)
    html = html.replace("</head>", f"<style>{_style(document.layout)}</style></head>")
    content = HTML(string=html).write_pdf(pdf_variant=VARIANT, pdf_identifier=view.metadata.identifier)
    return bytes(content)


# Everybody reads a template once; only WeasyPrint itself starts afresh each time.
@cache
def _page(name: str) -> Template:
    return templates().get_template(layout(name).page)


@cache
def _style(name: str) -> str:
    return layout(name).style()


@cache
def _texts(name: str, language: str) -> Texts:
    return layout(name).texts(language)


def measure(documents: list[Document]) -> tuple[float, float]:
    """Documents per second, and CPU seconds per document, after one document that loads everything."""
    render_plainly(documents[0])
    started, cpu_started = time.perf_counter(), time.process_time()
    for document in documents:
        render_plainly(document)
    return len(documents) / (time.perf_counter() - started), (time.process_time() - cpu_started) / len(documents)


if __name__ == "__main__":
    per_second, cpu_s = measure([Document.model_validate_json(line) for line in sys.stdin])
    sys.stdout.write(f"{per_second} {cpu_s}")
