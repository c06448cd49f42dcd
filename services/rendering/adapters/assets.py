"""The only things a page can reach: bytes that were handed in, under `asset:<sha256>`. No network, no files."""

from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

PREFIX = "asset:"


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Answers from what it was given and notes every other address: a note means that the render has failed.

    The error alone is not enough: an image inside an SVG that cannot be fetched is passed over in silence.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 their signature
        content = self._assets.get(url)
        if content is None:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, content, {"Content-Type": media_type(content)})


def media_type(content: bytes) -> str:
    """By the bytes, never by what somebody called them."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    if content.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/svg+xml"
