"""Prometheus metrics. A process with several services has one set; the labels tell the services apart."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("faktura_messages_total", "Messages received, by outcome", ["consumer", "outcome"])
PUBLISHED = Counter("faktura_published_total", "Events published from the outbox", ["service"])
REQUESTS = Histogram(
    "faktura_http_request_seconds", "Time to answer, by route and status", ["route", "method", "status"]
)
NOT_ACCEPTED = Counter(
    "faktura_not_accepted_total", "Events that a queue did not accept, or that failed; each is tried again", ["service"]
)
PRUNED = Counter("faktura_pruned_total", "Rows deleted, and bodies emptied, by retention", ["service", "what"])
REFUSED = Counter("faktura_refused_total", "Calls refused for their key, scope or rate, by problem code", ["code"])
OUTBOX_AGE = Gauge("faktura_outbox_oldest_seconds", "Age of the oldest unpublished event", ["service"])
OUTBOX_STATE = Gauge("faktura_outbox_events", "Events backing off or stuck", ["service", "state"])
KEY_NEWS_AGE = Gauge("faktura_key_news_age_seconds", "Age of the newest news of the API keys", ["service"])
INBOX_AGE = Gauge("faktura_inbox_oldest_seconds", "Age of the oldest waiting message", ["service"])
ATTENTION = Gauge("faktura_attention", "What waits for a person besides parked messages", ["service", "kind"])
INBOX_STATE = Gauge("faktura_inbox_messages", "Messages waiting or parked", ["service", "state"])
