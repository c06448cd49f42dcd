"""The mail as HTML, beside its plain text: no links, no scripts, no picture but the logo, and nothing is fetched."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.delivery.domain.mail_text import MailText

_TEMPLATES = Path(__file__).parents[1] / "templates"


def mail_html(mail: MailText, *, has_logo: bool = False) -> str:
    """The same words as the plain text, escaped. With `has_logo` it shows the picture `cid:logo` of its mail."""
    return _template().render(mail=mail, has_logo=has_logo)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
