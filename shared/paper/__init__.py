"""What paper and the pinned fonts can take, in one place.

Documents checks it before a document gets its number, rendering when the pages are made; both use the same code.
"""
