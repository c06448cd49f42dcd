"""The HTTP API: clients and keys for the bureau, customers for the client."""

from fastapi import APIRouter

from services.customers.api import approvals, clients, customers, keys, logos

router = APIRouter()
for module in (clients, logos, keys, approvals, customers):
    router.include_router(module.router)
