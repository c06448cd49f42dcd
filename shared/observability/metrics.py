"""Prometheus metrics. A process with several services has one set; the labels tell the services apart."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("faktura_messages_total", "Messages received, by outcome", ["consumer", "outcome"])
PUBLISHED = Counter("faktura_published_total", "Events published from the outbox", ["service"])
REQUESTS = Histogram(
    "faktura_http_request_seconds", "Time to answer, by route and status", ["route", "method", "status"]
)
OUTBOX_AGE = Gauge("faktura_outbox_oldest_seconds", "Age of the oldest unpublished event", ["service"])
INBOX_STATE = Gauge("faktura_inbox_messages", "Messages waiting or parked", ["service", "state"])
