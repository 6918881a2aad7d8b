"""The same seed, the same frozen clock and the same requests give the same answers, byte for byte, headers and all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import urllib3

ROOT = Path(__file__).resolve().parents[2]
SERVER = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
HEADERS = {"Authorization": "Bearer rita", "Host": "crm.example"}
CONTACTS = "/crm/v3/objects/contacts"
DATA = "/services/data/v66.0"
Request = tuple[str, str, str, Any]
SOQL = "SELECT Id, Name, Email, Phone, SystemModstamp FROM Lead WHERE Email LIKE '%e%' ORDER BY SystemModstamp DESC, Id"


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """A sandbox of its own, frozen before it is filled."""
    with subprocess.Popen(SERVER, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        urls: dict[str, str] = json.loads(process.stdout.readline())
        try:
            for action, body in (("clock", {"set": "2026-11-02T09:00:00Z"}), ("seed", {"people": 40, "seed": 3})):
                urllib3.request("POST", f"{urls['hubspot']}/_sandbox/{action}", json=body)
            urllib3.request("POST", f"{urls['salesforce']}/_sandbox/clock", json={"skew": 7})
            flaky = {"fault": "internal_error", "probability": 0.1, "seed": 5}
            for url in urls.values():
                urllib3.request("POST", f"{url}/_sandbox/faults", json=flaky)
            yield urls
        finally:
            process.terminate()


def story(seed: int) -> list[Request]:
    """A day of two clients, drawn from a seed: reads, writes good and bad, and the sandbox's own look at it all."""
    random = Random(seed)
    calls: list[Request] = []
    for number in range(60):
        email = f"p{random.randrange(20)}@acme.example"
        page = f"?limit=7&after={random.randrange(3_000)}&properties=email,city&propertiesWithHistory=city"
        filters = [{"propertyName": "createdate", "operator": "GT", "value": "2026-06-01"}]
        query = {"limit": 5, "filterGroups": [{"filters": filters}], "sorts": ["-lastmodifieddate"]}
        inputs = [{"id": email, "idProperty": "email", "properties": {"city": f"City {number}"}}]
        lead = {"LastName": f"L{number}", "Company": "Acme", "Email": random.choice([email, "nobody"])}
        records = [{"attributes": {"type": "Lead"}, **lead}, {"attributes": {"type": "Lead"}, "LastName": ""}]
        calls += random.sample(
            [
                ("hubspot", "POST", CONTACTS, {"properties": {"email": email, "city": "Lyon"}}),
                ("hubspot", "GET", CONTACTS + page, None),
                ("hubspot", "POST", f"{CONTACTS}/search", query),
                ("hubspot", "POST", f"{CONTACTS}/batch/upsert", {"inputs": inputs}),
                ("hubspot", "DELETE", f"{CONTACTS}/{51 + 50 * random.randrange(60)}", None),
                ("salesforce", "POST", f"{DATA}/sobjects/Lead", lead),
                ("salesforce", "POST", f"{DATA}/composite/sobjects", {"records": records}),
                ("salesforce", "GET", f"{DATA}/query?q={quote(SOQL)}", None),
                ("salesforce", "GET", f"{DATA}/limits", None),
                ("salesforce", "POST", "/services/oauth2/token", "grant_type=client_credentials&client_id=x"),
            ],
            4,
        )
    looks = ("requests", "writes", "state", "faults", "clock")
    return calls + [
        (system, "GET", f"/_sandbox/{each}", None) for system in ("hubspot", "salesforce") for each in looks
    ]


def test_two_fresh_sandboxes_answer_the_same_requests_with_the_same_bytes() -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(server()) for _ in range(2))
        pool = urllib3.PoolManager(retries=False)

        for number, (system, method, path, body) in enumerate(story(11)):
            sent = body if body is None or isinstance(body, str) else json.dumps(body)
            one, other = (
                pool.request(method, urls[system] + path, body=sent, headers=HEADERS) for urls in (first, second)
            )

            told = (number, method, path)
            assert (one.status, one.data) == (other.status, other.data), told
            assert list(one.headers.items()) == list(other.headers.items()), told
