"""How the tests drive bulk jobs by plain HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

import urllib3

from tests.sandbox.salesforce_helper import VERSION, Http


class Bulk:
    """Calls below `/services/data/v66.0/jobs/`."""

    def __init__(self, http: Http) -> None:
        self.http = http

    def make(self, kind: str, **body: Any) -> str:
        answer = self.http("POST", f"jobs/{kind}", body)
        assert answer.status == 200, answer.data
        return str(answer.json()["id"])

    def upload(self, job_id: str, text: str | bytes) -> urllib3.BaseHTTPResponse:
        url = f"{self.http.sandbox.salesforce_url}/services/data/v{VERSION}/jobs/ingest/{job_id}/batches"
        headers = {"Authorization": "Bearer rita", "Content-Type": "text/csv"}
        raw = text.encode() if isinstance(text, str) else text
        return self.http.sandbox.pool.request("PUT", url, headers=headers, body=raw)

    def close(self, job_id: str) -> Any:
        return self.http("PATCH", f"jobs/ingest/{job_id}", {"state": "UploadComplete"}).json()

    def ingest(self, text: str | bytes, **body: Any) -> str:
        """A job that has been given its file and closed."""
        job_id = self.make("ingest", **{"object": "Lead", "operation": "insert", **body})
        assert self.upload(job_id, text).status == 201
        self.close(job_id)
        return job_id

    def look(self, job_id: str, kind: str = "ingest") -> Any:
        return self.http("GET", f"jobs/{kind}/{job_id}").json()

    def text(self, job_id: str, what: str) -> str:
        answer = self.http("GET", f"jobs/ingest/{job_id}/{what}")
        assert answer.status == 200, answer.data
        return answer.data.decode()

    def rows(self, job_id: str, what: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(job_id, what))))
