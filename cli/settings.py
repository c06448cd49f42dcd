"""`settings`: every setting by the name of its environment variable, with its default and what it means."""

import importlib
import pkgutil
from collections.abc import Iterator

from pydantic_settings import BaseSettings

from services.system import NAMES
from shared.settings import CommonSettings


def all_settings() -> Iterator[str]:
    """A line for each common setting, then for each setting of a service."""
    yield from _lines(CommonSettings)
    for name in NAMES:
        package = importlib.import_module(f"services.{name}")
        if any(module.name == "settings" for module in pkgutil.iter_modules(package.__path__)):
            yield from _lines_of_service(name)


def _lines_of_service(name: str) -> Iterator[str]:
    module = importlib.import_module(f"services.{name}.settings")
    for item in vars(module).values():
        if isinstance(item, type) and issubclass(item, BaseSettings) and item.__module__ == module.__name__:
            yield from _lines(item)


def _lines(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        about = f"  # {' '.join(field.description.split())}" if field.description else ""
        yield f"{prefix}{name}".upper() + f"={field.get_default(call_default_factory=True)}{about}"
