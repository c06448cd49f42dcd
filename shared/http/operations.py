"""Health, metrics and the API's documentation on a port of their own, which need not be reachable for callers."""

from collections.abc import Collection

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from shared.http import api_pages, health, problems
from shared.http.edge import GuardedApp, PlainRequests


def build_operations_app(api: FastAPI, hosts: Collection[str] = ()) -> FastAPI:
    """The operations of an API that was built without them, for the same running services."""
    app = GuardedApp(title=api.title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.runtimes = api.state.runtimes
    problems.install(app, {})
    app.include_router(health.router)
    app.include_router(api_pages.router)

    @app.get(api_pages.DOCUMENT)
    async def document() -> JSONResponse:
        return JSONResponse(api.openapi())

    app.add_middleware(PlainRequests, hosts=hosts)
    return app
