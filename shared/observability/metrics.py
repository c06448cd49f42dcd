"""Prometheus metrics of the house. One process holds one set; the label `consumer` or `service` tells them apart."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("faktura_messages_total", "Messages taken in, by what came of them", ["consumer", "outcome"])
PUBLISHED = Counter("faktura_published_total", "Facts published from the outbox", ["service"])
REQUESTS = Histogram(
    "faktura_http_request_seconds", "Time to answer, by route and status", ["route", "method", "status"]
)
OUTBOX_AGE = Gauge("faktura_outbox_oldest_seconds", "Age of the oldest unpublished fact", ["service"])
INBOX_STATE = Gauge("faktura_inbox_messages", "Messages waiting or parked", ["service", "state"])
