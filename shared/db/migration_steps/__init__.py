"""What migrations of all services do to the common tables.

A change to `add_common_tables` needs a new function here, called by a new migration of every service; functions that
have been released never change.
"""
