"""Delivery over HTTP: for clients what became of their documents, for the print shop its queue."""

from fastapi import APIRouter

from services.delivery.api import deliveries, print_jobs

router = APIRouter()
router.include_router(deliveries.router)
router.include_router(print_jobs.router)
