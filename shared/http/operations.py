"""Health, metrics and the API's documentation on a port of their own, which need not be reachable for callers."""

from collections.abc import Collection

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse

from shared.http import health, problems
from shared.http.edge import GuardedApp, PlainRequests

_DOCUMENT = "/openapi.json"


def build_operations_app(api: FastAPI, hosts: Collection[str] = ()) -> FastAPI:
    """The operations of an API that was built without them, for the same running services."""
    app = GuardedApp(title=api.title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.runtimes = api.state.runtimes
    problems.install(app, {})
    app.include_router(health.router)

    @app.get(_DOCUMENT)
    async def document() -> JSONResponse:
        return JSONResponse(api.openapi())

    @app.get("/docs")
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(openapi_url=_DOCUMENT, title=api.title)

    @app.get("/redoc")
    async def redoc() -> HTMLResponse:
        return get_redoc_html(openapi_url=_DOCUMENT, title=api.title)

    app.add_middleware(PlainRequests, hosts=hosts)
    return app
