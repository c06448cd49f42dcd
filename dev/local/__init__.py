"""The local system: database, bus, services and the outside world, set up for a while.

`up`, `demo`, `bench` and the system tests all use it, so that they try the same thing.
"""
