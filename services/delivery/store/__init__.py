"""The queries: deliveries, attempts, the print queue. Leases run by the database's clock, promises by the service's."""
