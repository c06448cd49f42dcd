"""Delivery over HTTP: how their documents fare for clients, the print queue for the print shop."""

from fastapi import APIRouter

from services.delivery.api import deliveries, print_jobs

router = APIRouter()
router.include_router(deliveries.router)
router.include_router(print_jobs.router)
