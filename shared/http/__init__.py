"""How the house answers over HTTP: problems, keys, idempotency, paging, health, and the app they are put together
in."""
