"""Every fact of the house by its type."""

from types import ModuleType

from shared.contracts import customers, delivery, documents, ledger, payments, rendering
from shared.contracts.envelope import Envelope, Fact

OWNERS: tuple[ModuleType, ...] = (customers, documents, rendering, delivery, ledger, payments)


class UnknownFact(LookupError):
    """An envelope names a type or a version that this code does not know."""


def _facts(module: ModuleType) -> list[type[Fact]]:
    found = [item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Fact)]
    return [fact for fact in found if fact.__module__ == module.__name__]


FACTS: dict[str, type[Fact]] = {fact.TYPE: fact for module in OWNERS for fact in _facts(module)}


def open_envelope(envelope: Envelope) -> Fact:
    """The fact inside; raises UnknownFact, or pydantic's ValidationError when the content is not what its type says."""
    fact = FACTS.get(envelope.type)
    if fact is None:
        raise UnknownFact(envelope.type)
    return fact.model_validate(envelope.data)
