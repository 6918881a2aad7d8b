"""`python -m benchmarks.sandbox`: how much the sandbox serves on one core, and what it holds in memory.

A sandbox full of people answers a plain client (urllib3, one connection, no gzip). Each line says how many calls and
records a second the server's own CPU time allows, so a busy machine and the client's share do not count; the last
column is what was seen from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import urllib3

from benchmarks.processes import control, sandbox

PEOPLE = 100_000
HEADERS = {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
TICKS = os.sysconf("SC_CLK_TCK")
CONTACTS, DATA = "/crm/v3/objects/contacts", "/services/data/v66.0"
PROPERTIES = (
    "email", "firstname", "lastname", "phone", "mobilephone", "company", "jobtitle", "city", "state", "country", "zip",
    "address", "lifecyclestage", "hs_lead_status", "hubspot_owner_id", "createdate", "lastmodifieddate", "website",
    "industry", "hs_object_id",
)  # fmt: skip
SOQL = (
    "SELECT Id, FirstName, LastName, Email, Phone, MobilePhone, Company, Title, City, State, Country, PostalCode, "
    "Street, Status, OwnerId, CreatedDate, SystemModstamp, Website, Industry, LeadSource FROM Lead"
)
Call = Callable[[int], tuple[str, str, bytes | None]]


class Server:
    """The sandbox's process as the kernel sees it."""

    def __init__(self, pid: int) -> None:
        self.proc = Path("/proc") / str(pid)

    def cpu_seconds(self) -> float:
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def mib(self, what: str = "VmRSS") -> int:
        found = re.search(rf"{what}:\s+(\d+) kB", (self.proc / "status").read_text())
        assert found
        return int(found[1]) // 1024


def main() -> None:
    """Fill a sandbox, measure each kind of call on it, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sandbox", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seconds", type=float, default=3.0, help="of the server's CPU, for each kind of call")
    options = parser.parse_args()
    with sandbox() as urls:
        server = Server(owner_of(urls["hubspot"]))
        print(f"empty: {server.mib()} MiB")
        before = server.cpu_seconds()
        control(urls, "seed", people=options.people, seed=1)
        print(f"{options.people:,} people: {server.mib()} MiB, filled in {server.cpu_seconds() - before:.1f} CPU s")
        print(f"{'call':38}{'calls/s':>9}{'records/s':>11}{'seen/s':>8}")
        for name, system, records, call in calls(urls):
            measure(name, server, urls[system], records, call, options.seconds)
        print(f"at the end: {server.mib()} MiB, {server.mib('VmHWM')} MiB at its peak")


def owner_of(url: str) -> int:
    """The process that serves an address: the only child of this one."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    if len(children) != 1:
        raise SystemExit(f"The process that serves {url} is not to be told from others.")
    return int(children[0])


def calls(urls: dict[str, str]) -> Iterator[tuple[str, str, int, Call]]:
    """What is measured: a name, the system, how many records a call carries, and the n-th call."""
    listed = f"{CONTACTS}?limit=100&properties={','.join(PROPERTIES)}&after="
    yield "list, 100 contacts of 20 properties", "hubspot", 100, lambda n: ("GET", listed + str(n % 100 * 5_000), None)
    ids = [record["id"] for record in first_contacts(urls["hubspot"])]
    read = json.dumps({"inputs": [{"id": each} for each in ids], "properties": PROPERTIES}).encode()
    yield "batch read, 100 by id", "hubspot", 100, lambda n: ("POST", f"{CONTACTS}/batch/read", read)
    yield "search, 200 a page, 10,000 deep", "hubspot", 200, lambda n: ("POST", f"{CONTACTS}/search", searched(n))
    yield "batch update, 100", "hubspot", 100, lambda n: ("POST", f"{CONTACTS}/batch/update", updated(ids, n))
    yield "batch create, 100", "hubspot", 100, lambda n: ("POST", f"{CONTACTS}/batch/create", created(n))
    soql = f"{DATA}/query?q="
    yield "SOQL, first page of 2,000 Leads", "salesforce", 2_000, lambda n: ("GET", soql + quote(SOQL), None)
    one = "SELECT Id, Email FROM Lead WHERE Email = 'a{}@acme.example'"
    yield "SOQL, one Lead by e-mail", "salesforce", 1, lambda n: ("GET", soql + quote(one.format(n)), None)
    yield "collections create, 200 Leads", "salesforce", 200, lambda n: ("POST", f"{DATA}/composite/sobjects", leads(n))


def first_contacts(url: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = urllib3.request("GET", f"{url}{CONTACTS}?limit=100", headers=HEADERS).json()[
        "results"
    ]
    return found


def searched(number: int) -> bytes:
    sorts = [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
    filters = [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": "1500000000000"}]
    body = {"filterGroups": [{"filters": filters}], "sorts": sorts, "properties": PROPERTIES, "limit": 200}
    return json.dumps(body | {"after": str(number % 50 * 200)}).encode()


def updated(ids: list[str], number: int) -> bytes:
    values = {"city": f"City {number}", "phone": f"+33 1 {number}", "jobtitle": f"Buyer {number}"}
    return json.dumps({"inputs": [{"id": each, "properties": values} for each in ids]}).encode()


def created(number: int) -> bytes:
    people = [{"email": f"b{number}.{each}@acme.example", "city": "Lyon", "firstname": "Rita"} for each in range(100)]
    return json.dumps({"inputs": [{"properties": each} for each in people]}).encode()


def leads(number: int) -> bytes:
    attributes = {"type": "Lead"}
    records = [
        {"attributes": attributes, "LastName": f"L{each}", "Company": "Acme", "Email": f"c{number}.{each}@acme.example"}
        for each in range(200)
    ]
    return json.dumps({"allOrNone": False, "records": records}).encode()


def measure(name: str, server: Server, url: str, records: int, call: Call, budget: float) -> None:
    """Make calls until the server has spent its CPU seconds on them, and print how many that were."""
    pool = urllib3.HTTPConnectionPool(url.removeprefix("http://"), maxsize=1)
    count, started, cpu_started = 0, time.perf_counter(), server.cpu_seconds()
    with settled(pool):
        while (spent := server.cpu_seconds() - cpu_started) < budget:
            method, path, body = call(count)
            answer = pool.request(method, path, body=body, headers=HEADERS)
            if answer.status >= 300:
                raise SystemExit(f"{name}: {answer.status} {answer.data[:300]!r}")
            count += 1
    seen = count / (time.perf_counter() - started)
    print(f"{name:38}{count / spent:9,.0f}{count * records / spent:11,.0f}{seen:8,.0f}", flush=True)


@contextmanager
def settled(pool: urllib3.HTTPConnectionPool) -> Iterator[None]:
    """The connection is closed afterwards."""
    try:
        yield
    finally:
        pool.close()


if __name__ == "__main__":
    main()
