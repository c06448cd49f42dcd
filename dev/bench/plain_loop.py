"""The yardstick: WeasyPrint as one calls it first, once per document, with nothing kept from one to the next.

As a program it reads facts as JSON, one a line, and prints documents per second and CPU seconds per document.
"""

import sys
import time
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from weasyprint import HTML

from services.rendering.adapters.engine import VARIANT
from services.rendering.adapters.layouts import TEMPLATES, layout
from services.rendering.domain.build import document_view
from services.rendering.domain.texts import Texts
from shared.contracts.documents import DocumentConfirmed


def render_plainly(event: DocumentConfirmed) -> bytes:
    """The same pages as the engine makes, from one self-contained source, packed as WeasyPrint packs them."""
    view = document_view(event, _texts(event.layout, event.document.language))
    page = _page(event.layout).render(view=view).replace("</head>", f"<style>{_style(event.layout)}</style></head>")
    content = HTML(string=page).write_pdf(pdf_variant=VARIANT, pdf_identifier=view.metadata.identifier)
    return bytes(content)


# Reading a template once is what everybody does; only WeasyPrint itself is called afresh.
@cache
def _page(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(layout(name).page)


@cache
def _style(name: str) -> str:
    return layout(name).style()


@cache
def _texts(name: str, language: str) -> Texts:
    return layout(name).texts(language)


def measure(events: list[DocumentConfirmed]) -> tuple[float, float]:
    """Documents per second, and CPU seconds per document, once one document has warmed up the imports."""
    render_plainly(events[0])
    started, cpu_started = time.perf_counter(), time.process_time()
    for event in events:
        render_plainly(event)
    return len(events) / (time.perf_counter() - started), (time.process_time() - cpu_started) / len(events)


if __name__ == "__main__":
    per_second, cpu_s = measure([DocumentConfirmed.model_validate_json(line) for line in sys.stdin])
    sys.stdout.write(f"{per_second} {cpu_s}")
