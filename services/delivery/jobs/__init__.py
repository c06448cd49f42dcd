"""What the clock, or a wake-up, starts in delivery."""

from services.delivery.jobs.mails import reconcile_mails, send_mails
from services.delivery.jobs.watch import EXPIRE, REPORT, expire_leases, report_delayed
from services.delivery.tools import RECONCILE, Tools
from shared.service import Job

JOBS: tuple[Job[Tools], ...] = (
    Job("send-mails", send_mails),
    Job(RECONCILE, reconcile_mails),
    Job(EXPIRE, expire_leases),
    Job(REPORT, report_delayed),
)
