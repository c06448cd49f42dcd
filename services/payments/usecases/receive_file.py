"""Read the bytes of a bank file."""

import asyncio
from datetime import date

from services.payments.domain.bank_file import BankFile, Coming, FileDigests, ReceivedFile
from services.payments.domain.booking import check_dates
from services.payments.domain.file_formats import read_bank_file
from shared.garbage import gc_paused


async def receive_file(data: bytes, digests: FileDigests, coming: Coming, today: date) -> ReceivedFile:
    """In a thread, since it takes long for many payments. Raises BankFileInvalid."""
    with gc_paused():
        return ReceivedFile(await asyncio.to_thread(_read, data, coming, today), digests, coming)


def _read(data: bytes, coming: Coming, today: date) -> BankFile:
    file = read_bank_file(data)
    check_dates(file, today, accept_old=coming.accept_old)
    return file
