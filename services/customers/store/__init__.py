"""The queries of this service, by table."""
