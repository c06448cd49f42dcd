"""What may be called in a service, as the authorization matrix says."""

from dev import authorization
from dev.authorization import Permission
from dev.front_door import owner_of


def permissions_of(name: str) -> list[Permission]:
    """The operations of a service that need a key."""
    return [
        permission
        for permission in authorization.permissions()
        if permission.scope is not None and owner_of(permission.path) == name
    ]


def an_address_to_read(name: str) -> str:
    """Of a service's first operation that only reads, with the names of its ids in place of ids."""
    path = next(permission.path for permission in permissions_of(name) if permission.method == "GET")
    return path.replace("{", "").replace("}", "")
