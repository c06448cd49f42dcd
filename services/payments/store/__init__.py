"""All queries of this service, by subject.

Bulk statements read their rows from JSON, in chunks (`shared/db/bulk.py`): COPY does not work with row-level security.
"""
