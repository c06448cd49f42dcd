"""HTTP, the same in every service: problems, keys, idempotency, paging, health, and the app that joins them."""
