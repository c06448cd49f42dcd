"""Issue a key to the bureau itself: the first keys of a new installation, which issue all others."""

from services.customers.domain.api_key import IssuedKey, NewKey
from services.customers.usecases.issue_key import issue_key
from shared.db.database import UnitOfWork
from shared.http.auth import FULL_SCOPES


async def issue_bureau_key(
    work: UnitOfWork, label: str, secret: str | None = None, *, holder: str | None = None
) -> IssuedKey:
    """A key with every scope of the bureau, without a second person's approval: whoever calls this has the server.

    With a given secret (32 visible characters or more) it may be repeated. Raises SecretTooWeak and SecretAlreadyUsed.
    """
    live = secret is None or not secret.startswith("fs_test_")
    new_key = NewKey("bureau", None, label, FULL_SCOPES["bureau"], live, holder=holder)
    return await issue_key(work, new_key, secret)
