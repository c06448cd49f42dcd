"""The only queries of this service, by what they are about.

Bulk paths hand rows to PostgreSQL as JSON in chunks (`bulk.py`): COPY does not go with row-level security.
"""
