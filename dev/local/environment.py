"""Settings for this process and those it starts: services read theirs from the environment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def in_environment(environment: Mapping[str, str]) -> Iterator[None]:
    """The settings are the environment's for as long as the stage stands: services read theirs from there."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
