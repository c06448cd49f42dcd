"""The service's part of the public API, one file per resource."""

from fastapi import APIRouter

from services.documents.api import invoices, mva_codes, notes, number_series, orders

router = APIRouter()
for resource in (invoices, orders, notes, mva_codes, number_series):
    router.include_router(resource.router)
