"""The API's documentation as pages. Their scripts and styles come from an installed package, never from the network."""

from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

DOCUMENT: Final = "/openapi.json"
_FILES: Final = files("fastapi_offline") / "static"
_MEDIA_TYPES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon.png": "image/png",
}
_TITLE: Final = "Fakturaservice"
router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs() -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url=DOCUMENT,
        title=_TITLE,
        swagger_js_url=_address("swagger-ui-bundle.js"),
        swagger_css_url=_address("swagger-ui.css"),
        swagger_favicon_url=_address("favicon.png"),
    )


@router.get("/redoc")
async def redoc() -> HTMLResponse:
    return get_redoc_html(
        openapi_url=DOCUMENT,
        title=_TITLE,
        redoc_js_url=_address("redoc.standalone.js"),
        redoc_favicon_url=_address("favicon.png"),
        with_google_fonts=False,
    )


@router.get("/docs/files/{name}")
async def file(name: str) -> Response:
    if name not in _MEDIA_TYPES:
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response((_FILES / name).read_bytes(), media_type=_MEDIA_TYPES[name], headers=headers)


def _address(name: str) -> str:
    return f"/docs/files/{name}"
