"""The playground's forms: short, and sent from its own pages only."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.http.limits import JsonRoute
from shared.http.problems import Problem
from shared.problems import Refusal

FOREIGN_ORIGIN = Refusal(
    403, "foreign-origin", "Skjemaet ble sendt fra et annet nettsted.", "The form was sent from another site."
)


class FormRoute(JsonRoute):
    """A route whose body is a form of at most 64 KiB. A form from another site's page is refused."""

    accepts = ("application/x-www-form-urlencoded",)
    max_bytes = 64 * 1024

    def _check(self, request: Request) -> None:
        if not _is_from_here(request):
            raise Problem(FOREIGN_ORIGIN)
        super()._check(request)


def _is_from_here(request: Request) -> bool:
    """Every current browser sends `Origin` with a POST; programs that are not browsers need not."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    return urlsplit(origin).netloc == request.headers.get("host")
