"""The queries: deliveries, attempts, the print queue. Leases are by the database's clock, promises by ours."""
