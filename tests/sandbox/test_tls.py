"""HTTPS: the real clients, which insist on it or on their vendor's names, and trust this one authority."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
import urllib3
from hubspot import HubSpot
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

ROOT = Path(__file__).resolve().parents[2]
SERVER = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
COMMAND = "import typer; from commands.sandbox import sandbox; typer.run(sandbox)"


class Secured(NamedTuple):
    hubspot: str
    salesforce: str
    ca: str


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A sandbox that speaks HTTPS."""
    ca = tmp_path_factory.mktemp("tls") / "ca.pem"
    command = [*SERVER, "--tls", "--tls-ca", str(ca), "--people", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Secured(**json.loads(process.stdout.readline()))
        process.terminate()
        assert process.wait(timeout=20) == 0


class AsIf(HTTPAdapter):
    """Calls to the vendor's own addresses go to the sandbox, which must prove to be that vendor."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin, self.name = origin, name
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, server_hostname=self.name, assert_hostname=self.name, **more)

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.headers["Host"] = self.name
        request.url = self.origin + "/" + str(request.url).split("/", 3)[3]
        return super().send(request, *args, **more)


def test_the_ready_line_gives_https_addresses_and_the_certificate_to_trust(secured: Secured) -> None:
    assert secured.hubspot.startswith("https://127.0.0.1:")
    assert secured.salesforce.startswith("https://127.0.0.1:")
    assert Path(secured.ca).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE KEY" not in Path(secured.ca).read_text()


def test_who_trusts_the_authority_is_served_and_nobody_else(secured: Secured) -> None:
    address = f"{secured.hubspot}/crm/v3/owners"

    answer = requests.get(address, headers={"Authorization": "Bearer x"}, verify=secured.ca, timeout=20)

    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(address, timeout=20)


@pytest.mark.parametrize("name", ["login.salesforce.com", "test.salesforce.com", "acme--dev.sandbox.my.salesforce.com"])
def test_it_proves_to_be_salesforce(secured: Secured, name: str) -> None:
    session = requests.Session()
    session.mount("https://", AsIf(secured.salesforce, name))
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}

    answer = session.post(f"https://{name}/services/oauth2/token", form, verify=secured.ca, timeout=20)

    assert answer.json()["instance_url"] == f"https://{name}"


def test_it_does_not_prove_to_be_anyone_else(secured: Secured) -> None:
    session = requests.Session()
    session.mount("https://", AsIf(secured.salesforce, "salesforce.example"))

    with pytest.raises(requests.exceptions.SSLError):
        session.get("https://salesforce.example/services/data", verify=secured.ca, timeout=20)


def test_hubspots_client_reads_pages_whose_links_are_https(secured: Secured) -> None:
    client = HubSpot(access_token="pat-otto", host=secured.hubspot, ssl_ca_cert=secured.ca)

    page = client.crm.contacts.basic_api.get_page(limit=1)

    assert page.paging.next.link.startswith(f"{secured.hubspot}/crm/v3/objects/contacts?")
    assert len(client.crm.contacts.get_all()) >= 1


def test_salesforces_client_signs_in_and_queries_without_an_adapter(secured: Secured) -> None:
    session = requests.Session()
    session.verify, session.trust_env = secured.ca, False  # REQUESTS_CA_BUNDLE would win over verify
    address = secured.salesforce
    token = session.post(
        f"{address}/services/oauth2/token",
        {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"},
        timeout=20,
    ).json()

    client = Salesforce(
        session_id=token["access_token"], instance_url=token["instance_url"], session=session, version="66.0"
    )

    assert client.query("SELECT Name FROM User")["totalSize"] >= 1
    assert client.Lead.create({"LastName": "Roux", "Company": "Acme"})["success"] is True


def test_a_connection_is_cut_under_tls_as_well(secured: Secured) -> None:
    pool = urllib3.PoolManager(ca_certs=secured.ca)
    pool.request("POST", f"{secured.hubspot}/_sandbox/faults", json={"fault": "cut_before", "calls": 1})
    pool.request("POST", f"{secured.hubspot}/_sandbox/faults", json={"fault": "truncated", "first": 2, "calls": 1})
    address = f"{secured.hubspot}/crm/v3/properties/contacts"

    def ask() -> int:
        return pool.request("GET", address, headers={"Authorization": "Bearer x"}, retries=False).status

    with pytest.raises(urllib3.exceptions.HTTPError):
        ask()
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        ask()
    assert ask() == 200


def test_the_command_serves_https_and_says_what_to_trust(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    command = [sys.executable, "-c", COMMAND, "--hubspot-port", "0", "--salesforce-port", "0", "--empty"]

    with subprocess.Popen([*command, "--tls-ca", str(ca)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        context = ssl.create_default_context(cafile=str(ca))
        address = lines[0].split()[1]
        answer = urllib3.PoolManager(ssl_context=context).request("GET", f"{address}/_sandbox/clock")
        process.terminate()
        process.wait(timeout=20)

    assert address.startswith("https://127.0.0.1:")
    assert lines[3].startswith(f"Trust       {ca}")
    assert answer.status == 200


def test_a_certificate_that_cannot_be_written_is_one_line_and_a_failed_start(tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "ca.pem"

    started = subprocess.run(
        [*SERVER, "--tls-ca", str(nowhere)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert started.returncode == 1
    assert started.stderr == (
        f"The certificate cannot be written to {nowhere} (No such file or directory): choose another file.\n"
    )
