"""How a bank file comes: by a channel that was agreed on, or by hand."""

from collections.abc import Set as AbstractSet

from shared.approvals import UNATTENDED_IMPORT


def is_agreed_channel(scopes: AbstractSet[str], holder: str | None) -> bool:
    """Whether a key was issued to a program for importing files: it names that part itself, and no person holds it.

    A full scope would allow as much, but says nothing of what the key is for.
    """
    return holder is None and UNATTENDED_IMPORT in scopes
