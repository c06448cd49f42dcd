"""HTTP in: bank files, payments and claims."""

from fastapi import APIRouter

from services.payments.api import approvals, bank_files, claims, payments

router = APIRouter()
router.include_router(bank_files.router)
router.include_router(approvals.router)
router.include_router(payments.router)
router.include_router(claims.router)
