"""The one alembic environment: `shared.db.migrate` hands in the connection and the tables of the service at work."""

from typing import Any, Literal

from alembic import context


def _ours(_item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """SQLModel's own text type is plain text to PostgreSQL; a migration should not need SQLModel to be read."""
    if kind == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    include_object=_ours,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
