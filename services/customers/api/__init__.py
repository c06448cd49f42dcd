"""The HTTP API: clients and keys for the bureau, customers for the client, the audit for both."""

from fastapi import APIRouter

from services.customers.api import approvals, audit_entries, clients, customers, keys, logos

router = APIRouter()
for module in (clients, logos, keys, approvals, customers, audit_entries):
    router.include_router(module.router)
