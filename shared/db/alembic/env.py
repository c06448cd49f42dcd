"""The alembic environment of all services: `shared.db.migrate` passes in the connection and the service's tables."""

from typing import Any, Literal

from alembic import context


def _is_ours(_item: Any, name: str | None, type_: str, _reflected: bool, _compare_to: Any) -> bool:
    return not (type_ == "table" and name == "alembic_version")


def _render(type_: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """SQLModel's own string type is plain text to PostgreSQL; a migration should not need to import SQLModel."""
    if type_ == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    include_object=_is_ours,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
