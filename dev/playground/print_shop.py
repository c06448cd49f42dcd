"""A print shop: claims print jobs over the API, keeps each letter as a PDF, and acknowledges it."""

import hashlib
from pathlib import Path
from typing import Any

import httpx2

from shared.ids import new_id
from shared.private_files import private_folder, write_private

JOBS_AT_ONCE = 20
LEASE_SECONDS = 300


class PrintShop:
    """Acts with its own key; writes letters to `folder`."""

    def __init__(self, api: httpx2.AsyncClient, key: str, folder: Path) -> None:
        self._api = api
        self._headers = {"Authorization": f"Bearer {key}"}
        self._folder = folder
        private_folder(folder)

    async def print_all(self) -> int:
        """Claim, print and acknowledge until nothing is waiting; returns the number of letters."""
        printed = 0
        while jobs := await self._claim():
            for job in jobs:
                await self._print(job)
            printed += len(jobs)
        return printed

    async def _claim(self) -> list[dict[str, Any]]:
        answer = await self._api.post(
            "/v1/print-jobs/claim",
            json={"max": JOBS_AT_ONCE, "lease_seconds": LEASE_SECONDS},
            headers={**self._headers, "Idempotency-Key": str(new_id())},
        )
        answer.raise_for_status()
        jobs: list[dict[str, Any]] = answer.json()["jobs"]
        return jobs

    async def _print(self, job: dict[str, Any]) -> None:
        answer = await self._api.get(
            f"/v1/print-jobs/{job['id']}/pdf", params={"token": job["token"]}, headers=self._headers
        )
        answer.raise_for_status()
        write_private(self._folder / str(job["filename"]), answer.content)
        receipt = {"token": job["token"], "sha256": hashlib.sha256(answer.content).hexdigest(), "sheets": job["sheets"]}
        acknowledged = await self._api.post(f"/v1/print-jobs/{job['id']}/ack", json=receipt, headers=self._headers)
        acknowledged.raise_for_status()
