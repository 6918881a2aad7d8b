"""The search index, when it is behind."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox.hubspot_records import CONTACTS, control, found, make, merge, patch, values, where
from tests.sandbox_client import SandboxClient


@pytest.fixture
def slow(sandbox: SandboxClient) -> SandboxClient:
    """A portal with Anna in it, whose index is thirty seconds behind from now on."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    make(sandbox, email="anna@velmora.example", city="Linz")
    sandbox.admin("hubspot", "search", lag_seconds=30)
    return sandbox


def emails(sandbox: SandboxClient, *filters: dict[str, Any], **more: Any) -> list[str]:
    return [each["email"] for each in found(sandbox, *filters, **more)]


def test_a_new_record_is_found_only_when_its_lag_has_passed(slow: SandboxClient) -> None:
    bert = make(slow, email="bert@brevik.example")

    slow.admin("hubspot", "clock", advance=29.999)
    early = emails(slow)
    slow.admin("hubspot", "clock", advance=0.001)

    assert early == ["anna@velmora.example"]
    assert emails(slow) == ["anna@velmora.example", "bert@brevik.example"]
    assert values(slow, bert, "email") == ["bert@brevik.example"]


def test_until_then_search_filters_sorts_and_shows_the_values_before(slow: SandboxClient) -> None:
    anna = found(slow)[0]["hs_object_id"]
    stamp = found(slow)[0]["lastmodifieddate"]

    patch(slow, anna, city="Graz")

    assert found(slow, where("city", "EQ", "Linz"), properties=["city"])[0]["city"] == "Linz"
    assert found(slow, where("city", "EQ", "Graz")) == []
    assert found(slow)[0]["lastmodifieddate"] == stamp
    assert found(slow, where("lastmodifieddate", "GT", stamp)) == []
    slow.admin("hubspot", "clock", advance=30)
    assert found(slow, where("city", "EQ", "Graz"), properties=["city"])[0]["city"] == "Graz"


def test_reading_by_id_in_a_batch_or_by_list_is_immediate(slow: SandboxClient) -> None:
    bert = make(slow, email="bert@brevik.example")
    api = HubSpot(access_token="pat", host=slow.hubspot_url).crm.contacts

    read = api.batch_api.read({"inputs": [{"id": bert}], "properties": ["email"]})

    assert read.results[0].properties["email"] == "bert@brevik.example"
    assert bert in [each.id for each in api.basic_api.get_page().results]
    assert api.search_api.do_search({"query": "bert"}).total == 0


def test_each_state_of_a_record_has_its_own_time(slow: SandboxClient) -> None:
    anna = found(slow)[0]["hs_object_id"]
    patch(slow, anna, city="Graz")
    slow.admin("hubspot", "clock", advance=20)
    patch(slow, anna, city="Wien")

    slow.admin("hubspot", "clock", advance=15)
    after_the_first = found(slow, properties=["city"])[0]["city"]
    slow.admin("hubspot", "clock", advance=15)

    assert after_the_first == "Graz"
    assert found(slow, properties=["city"])[0]["city"] == "Wien"


def test_an_answer_that_was_kept_is_not_given_once_more_has_arrived(slow: SandboxClient) -> None:
    make(slow, email="bert@brevik.example")

    before = len(found(slow))
    slow.admin("hubspot", "clock", advance=31)

    assert (before, len(found(slow))) == (1, 2)


def test_an_archived_record_is_not_found_whatever_the_lag(slow: SandboxClient) -> None:
    anna = found(slow)[0]["hs_object_id"]
    patch(slow, anna, city="Graz")

    slow.hubspot("DELETE", f"{CONTACTS}/{anna}")

    assert found(slow) == []
    slow.admin("hubspot", "restore", object="contacts", id=anna)
    assert found(slow) == []
    slow.admin("hubspot", "clock", advance=31)
    assert len(found(slow)) == 1


def test_a_merged_record_is_new_to_the_index_and_the_two_it_came_from_are_gone(slow: SandboxClient) -> None:
    anna = found(slow)[0]["hs_object_id"]
    merged = merge(slow, anna, make(slow, email="anna@home.example")).json()["id"]

    assert found(slow) == []
    slow.admin("hubspot", "clock", advance=31)
    assert [each["hs_object_id"] for each in found(slow)] == [merged]


def test_a_lag_without_end_lasts_until_it_is_released(slow: SandboxClient) -> None:
    slow.admin("hubspot", "search", lag_seconds=None)
    bert = make(slow, email="bert@brevik.example")

    slow.admin("hubspot", "clock", advance=10_000_000)
    stale = emails(slow)
    waiting = slow.look("hubspot", "search")["waiting"]
    slow.admin("hubspot", "search", release=True)

    assert stale == ["anna@velmora.example"]
    assert waiting == {"contacts": [bert]}
    assert emails(slow) == ["anna@velmora.example", "bert@brevik.example"]
    assert slow.look("hubspot", "search")["lag_seconds"] == 0


def test_single_records_can_be_stuck(slow: SandboxClient) -> None:
    anna, bert = found(slow)[0]["hs_object_id"], make(slow, email="bert@brevik.example")
    slow.admin("hubspot", "search", stuck=[anna])

    patch(slow, anna, city="Graz")
    patch(slow, bert, city="Graz")

    assert emails(slow, where("city", "EQ", "Graz")) == ["bert@brevik.example"]


def test_lags_are_drawn_from_a_seed(sandbox: SandboxClient) -> None:
    def order() -> list[list[str]]:
        sandbox.admin("hubspot", "reset")
        sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
        sandbox.admin("hubspot", "search", lag_seconds=1, jitter_seconds=60, seed=7)
        for n in range(8):
            make(sandbox, email=f"p{n}@velmora.example")
        seen = []
        for _ in range(7):
            sandbox.admin("hubspot", "clock", advance=10)
            seen.append(emails(sandbox))
        return seen

    first = order()

    assert first == order()
    assert [len(each) for each in first] == sorted(len(each) for each in first)
    assert 0 < len(first[2]) < 8
    assert len(first[-1]) == 8


def test_a_write_without_lag_overtakes_what_still_waits(slow: SandboxClient) -> None:
    anna = found(slow)[0]["hs_object_id"]
    patch(slow, anna, city="Graz")

    slow.admin("hubspot", "search", lag_seconds=0)
    patch(slow, anna, phone="1")

    assert emails(slow, where("city", "EQ", "Graz")) == ["anna@velmora.example"]
    assert slow.look("hubspot", "search")["waiting"] == {}


def test_a_reset_takes_the_lag_back(slow: SandboxClient) -> None:
    slow.admin("hubspot", "reset")

    make(slow, email="bert@brevik.example")

    assert emails(slow) == ["bert@brevik.example"]


@pytest.mark.parametrize(
    "body", [{"lag_seconds": -1}, {"lag_seconds": "x"}, {"lag": 3}, {"stuck": "51"}, {"seed": "a"}]
)
def test_a_lag_that_makes_no_sense_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    assert control(sandbox, "search", **body).status == 400
