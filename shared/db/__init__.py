"""PostgreSQL: one database per service, one transaction per message or request."""
