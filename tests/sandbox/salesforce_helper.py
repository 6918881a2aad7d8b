"""How the tests speak to the sandbox's Salesforce: by plain HTTP for envelopes, by the real client for main paths."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "recorded"
VERSION = "66.0"


class Down(HTTPAdapter):
    """The client insists on https; the sandbox speaks http on loopback, under any name."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = self.origin + "/" + str(request.url).split("/", 3)[3]
        return super().send(request, *args, **more)


def client(sandbox: SandboxClient, **login: Any) -> Salesforce:
    """simple_salesforce against the sandbox; with a token unless the test logs in otherwise."""
    session = requests.Session()
    session.mount("https://", Down(sandbox.salesforce_url))
    login = login or {"session_id": "rita", "instance_url": sandbox.salesforce_url}
    return Salesforce(session=session, **{"version": VERSION, **login})


@cache
def metadata_client(sandbox: SandboxClient) -> Salesforce:
    """The real client for the Metadata API, which reads a large WSDL first: one for all tests of a sandbox."""
    return client(sandbox)


class Http:
    """Plain calls below `/services/data/v66.0/`."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> urllib3.BaseHTTPResponse:
        sent = {"Authorization": "Bearer rita"} | {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.sandbox.salesforce_url}/services/data/v{VERSION}/{path}"
        extra = {} if body is None else {"json": body}
        return self.sandbox.pool.request(method, url, headers=sent, redirect=False, **extra)

    def query(self, soql: str, kind: str = "query", **headers: str) -> Any:
        answer = self("GET", f"{kind}?q={quote(soql)}", **headers)
        assert answer.status == 200, answer.data
        return answer.json()

    def create(self, object_name: str, **fields: Any) -> str:
        answer = self("POST", f"sobjects/{object_name}", fields)
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])

    def lead(self, **fields: Any) -> str:
        return self.create("Lead", **{"LastName": "Roux", "Company": "Acme", **fields})

    def queue(self) -> str:
        """A queue that may own leads; the first one of an org has the id that tests know it by."""
        queue_id = self.create("Group", Name="Inbound", Type="Queue")
        self.create("QueueSobject", QueueId=queue_id, SobjectType="Lead")
        return queue_id

    def read(self, object_name: str, record_id: str) -> Any:
        return self("GET", f"sobjects/{object_name}/{record_id}").json()


def recorded(name: str) -> Path:
    """A recorded body of the real service; the test is skipped where the recordings are not there."""
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"the recorded API answers are not there: {path}")
    return path
