"""The bureau's first API keys: nobody can call the API before they exist."""

from cli.databases import opened
from services.customers.usecases.issue_bureau_key import issue_bureau_key
from shared.clock import Clock
from shared.db.audit import Author
from shared.db.database import Cause
from shared.settings import CommonSettings


async def put_bureau_key(settings: CommonSettings, clock: Clock, secret: str, holder: str | None = None) -> None:
    """Make this secret a key of the bureau, of this person. The customers service publishes it as soon as it runs."""
    cause = Cause("bootstrap", author=Author("command-line", "bureau-key"))
    async with opened("customers", settings, "bootstrap", clock) as database, database.unit(cause) as work:
        await issue_bureau_key(work, "bootstrap", secret, holder=holder)
