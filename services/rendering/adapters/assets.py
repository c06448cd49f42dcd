"""What a page can reach: only the bytes it was given, under `asset:<sha256>`. No network, no files."""

from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Serves the given bytes and records every other address in `refused`; one such address fails the document.

    Raising alone is not enough: WeasyPrint silently leaves out an image inside an SVG that cannot be fetched.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 the base class's signature
        content = self._assets.get(url)
        if content is None:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, content, {"Content-Type": media_type(content)})


def media_type(content: bytes) -> str:
    """Judged by the bytes, not by a name or a header."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    if content.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/svg+xml"
