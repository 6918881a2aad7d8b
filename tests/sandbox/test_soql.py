"""SOQL: what the parser understands, what conditions mean, and what a query costs."""

from __future__ import annotations

import doctest
import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.log import Log
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import select, shape_of
from sandbox.salesforce.soql.syntax import And, Compare, Not, Or, Within
from sandbox.salesforce.state import SalesforceState
from sandbox.salesforce.table import Row

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def org() -> SalesforceState:
    """Four leads: Rita, Mark, Mona, and one of whom nothing but a name and a company is known."""
    state = SalesforceState(Clock(), Log())
    state.add_field("Lead", {"name": "Key__c", "externalId": True, "unique": True})
    state.add_field("Lead", {"name": "Score__c", "type": "double"})
    state.add_field("Lead", {"name": "Trial_On__c", "type": "date"})
    people: list[dict[str, Any]] = [
        {"FirstName": "Rita", "LastName": "Roux", "Email": "rita@acme.example", "City": "Paris", "Score__c": 12.5,
         "Key__c": "HS-1", "Trial_On__c": "2026-03-29", "DoNotCall": True},
        {"FirstName": "Mark", "LastName": "O'Neil", "Email": "mark@acme.example", "City": "lyon", "Score__c": 3,
         "Key__c": "HS-2", "Trial_On__c": "2026-10-25"},
        {"FirstName": "Mona", "LastName": "50% off_", "Email": "mona@other.example", "City": "PARIS", "Score__c": 40},
        {"LastName": "Blank"},
    ]  # fmt: skip
    for hour, person in enumerate(people):
        state.add("Lead", {"Company": "Acme", **person}, NOON + timedelta(hours=hour))
    return state


def rows(org: SalesforceState, soql: str, with_deleted: bool = False) -> list[Row]:
    return select(Names(org.tables, org.permissions.may_read, parse(soql)), with_deleted)


def found(org: SalesforceState, where: str) -> list[str]:
    """The last names of the leads that meet a condition, in the order of their ids."""
    return [row["LastName"] for row in rows(org, f"SELECT Id FROM Lead WHERE {where}")]


def answer(org: SalesforceState, soql: str) -> list[dict[str, Any]]:
    names = Names(org.tables, org.permissions.may_read, parse(soql))
    shape = shape_of(names, "/services/data/v66.0")
    return [shape(row) for row in select(names)]


def refusal(org: SalesforceState, soql: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        answer(org, soql)
    return caught.value


RITA, MARK, MONA, BLANK = "Roux", "O'Neil", "50% off_", "Blank"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("City = 'paris'", [RITA, MONA]),
        ("City != 'paris'", [MARK, BLANK]),
        ("City <> 'paris'", [MARK, BLANK]),
        ("City = null", [BLANK]),
        ("City = ''", [BLANK]),
        ("City != NULL", [RITA, MARK, MONA]),
        ("City > 'lyon'", [RITA, MONA]),
        ("City IN ('Lyon', 'Nice')", [MARK]),
        ("City NOT IN ('Lyon')", [RITA, MONA, BLANK]),
        ("City IN ('Lyon', null)", [MARK, BLANK]),
        ("LastName = 'O\\'Neil'", [MARK]),
        ("LastName LIKE 'ro%'", [RITA]),
        ("LastName LIKE 'R__x'", [RITA]),
        ("LastName LIKE '50\\% off\\_'", [MONA]),
        ("LastName LIKE '5_\\%%'", [MONA]),
        ("Email LIKE '%@acme.example'", [RITA, MARK]),
        ("(NOT Email LIKE '%@acme.example')", [MONA, BLANK]),
        ("Lead.Email LIKE '%other%'", [MONA]),
        ("Score__c > 3", [RITA, MONA]),
        ("Score__c >= 3.0", [RITA, MARK, MONA]),
        ("Score__c < 12.5", [MARK]),
        ("Score__c <= 12.5", [RITA, MARK]),
        ("Score__c = 40", [MONA]),
        ("Score__c != 40", [RITA, MARK, BLANK]),
        ("DoNotCall = true", [RITA]),
        ("DoNotCall != TRUE", [MARK, MONA, BLANK]),
        ("Trial_On__c >= 2026-04-01", [MARK]),
        ("Trial_On__c = 2026-03-29", [RITA]),
        ("SystemModstamp > 2026-11-02T13:00:00Z", [MONA, BLANK]),
        ("SystemModstamp >= 2026-11-02T14:00:00.000+01:00", [MARK, MONA, BLANK]),
        ("SystemModstamp = 2026-11-02T12:00:00+0000", [RITA]),
        ("City = 'Paris' AND Score__c > 20", [MONA]),
        ("City = 'Lyon' OR Score__c > 20", [MARK, MONA]),
        ("City = 'Paris' AND (Score__c > 20 OR DoNotCall = true)", [RITA, MONA]),
        ("NOT (City = 'Paris' OR City = 'Lyon')", [BLANK]),
        ("City = 'Paris' AND (NOT DoNotCall = true)", [MONA]),
        ("Owner.Name = 'otto ops' AND Owner.Email != null AND Score__c = 3", [MARK]),
        ("CreatedBy.Manager.Name = null AND Key__c = 'hs-2'", [MARK]),
    ],
)
def test_a_condition_finds(org: SalesforceState, where: str, expected: list[str]) -> None:
    assert found(org, where) == expected


def test_ids_compare_in_15_or_18_characters_and_in_order(org: SalesforceState) -> None:
    rita, mark, mona, blank = org.tables["lead"].live

    assert found(org, f"Id = '{mark[:15]}'") == [MARK]
    assert found(org, f"Id IN ('{mona}', '{rita[:15]}')") == [RITA, MONA]
    assert found(org, f"Id > '{mark}' AND Id != '{blank}'") == [MONA]
    assert found(org, f"OwnerId = '{org.user_id[:15]}' AND Id = '{rita}'") == [RITA]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Score__c", [BLANK, MARK, RITA, MONA]),
        ("Score__c NULLS LAST", [MARK, RITA, MONA, BLANK]),
        ("Score__c DESC NULLS LAST", [MONA, RITA, MARK, BLANK]),
        ("Score__c DESC", [BLANK, MONA, RITA, MARK]),
        ("City ASC NULLS LAST, LastName", [MARK, MONA, RITA, BLANK]),
        ("City NULLS FIRST, LastName DESC", [BLANK, MARK, RITA, MONA]),
        ("SystemModstamp DESC, Id", [BLANK, MONA, MARK, RITA]),
        ("Owner.Name, Id DESC", [BLANK, MONA, MARK, RITA]),
    ],
)
def test_rows_come_in_the_order_asked_for(org: SalesforceState, order: str, expected: list[str]) -> None:
    assert [row["LastName"] for row in rows(org, f"SELECT Id FROM Lead ORDER BY {order}")] == expected


def test_limit_and_offset_cut_after_the_order(org: SalesforceState) -> None:
    cut = rows(org, "SELECT Id FROM Lead ORDER BY LastName LIMIT 2 OFFSET 1")

    assert [row["LastName"] for row in cut] == [BLANK, MARK]


def test_an_alias_and_any_case_are_understood(org: SalesforceState) -> None:
    assert len(rows(org, "select l.id, L.EMAIL from lead l where l.city like 'p%' order by l.Email limit 5")) == 2


def test_a_condition_becomes_a_tree() -> None:
    where = parse("SELECT Id FROM Lead WHERE (NOT A = 1) AND (B IN ('x') OR C NOT IN ('y'))").where

    match where:
        case And((Not(Compare()), Or((Within(negated=False), Within(negated=True))))):
            return
    pytest.fail(f"read as {where}")


@pytest.mark.parametrize(
    ("soql", "column", "message"),
    [
        ("SELECT Id FORM Lead", 11, "unexpected token: 'FORM'"),
        ("SELECT Id FROM", 15, "unexpected token: <EOF>"),
        ("SELECT FROM Lead", 8, "unexpected token: 'FROM'"),
        ("SELECT Id FROM Lead WHERE", 26, "unexpected token: <EOF>"),
        ("SELECT Id FROM Lead WHERE City = Paris", 34, "unexpected token: 'Paris'"),
        ("SELECT Id FROM Lead WHERE City = 'Paris", 34, "unexpected token: '''"),
        ("SELECT Id FROM Lead WHERE City = 'a' AND City = 'b' OR City = 'c'", 53, "unexpected token: 'OR'"),
        ("SELECT Id FROM Lead WHERE City = 'a' AND NOT City = 'b'", 42, "unexpected token: 'NOT'"),
        ("SELECT Id FROM Lead WHERE (City = 'a'", 38, "unexpected token: <EOF>"),
        ("SELECT Id FROM Lead WHERE City IN ()", 36, "unexpected token: ')'"),
        ("SELECT Id FROM Lead WHERE City = '\\x'", 34, "invalid string literal"),
        ("SELECT Id FROM Lead LIMIT many", 27, "unexpected token: 'many'"),
        ("SELECT Id FROM Lead GROUP City", 27, "unexpected token: 'City'"),
        ("SELECT Id, Email, Id FROM Lead", 19, "duplicate field selected: Id"),
    ],
)
def test_a_malformed_query_is_shown_where_it_breaks(
    org: SalesforceState, soql: str, column: int, message: str
) -> None:  # fmt: skip
    trouble = refusal(org, soql)

    assert trouble.code == "MALFORMED_QUERY"
    assert f"^\nERROR at Row:1:Column:{column}\n{message}" in trouble.message
    caret_line = trouble.message.split("\n")[2]
    assert len(caret_line) == column


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        ("SELECT foo FROM Lead", "INVALID_FIELD", "No such column 'foo' on entity 'Lead'."),
        ("SELECT Account.foo FROM Contact", "INVALID_FIELD", "No such column 'foo' on entity 'Account'."),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT Id FROM Leads", "INVALID_TYPE", "sObject type 'Leads' is not supported."),
        ("SELECT Id FROM Lead WHERE City = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > '2026-11-02T12:00:00Z'", "INVALID_FIELD",
         "must be of type dateTime and should not be enclosed in quotes"),
        ("SELECT Id FROM Lead WHERE Score__c = '3'", "INVALID_FIELD", "must be of type double"),
        ("SELECT Id FROM Lead WHERE Trial_On__c = 2026-02-30", "MALFORMED_QUERY", "invalid date: 2026-02-30"),
        ("SELECT Id FROM Lead WHERE OwnerId = 'rita'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: rita"),
        ("SELECT Id FROM Lead WHERE Score__c LIKE '3%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM Lead WHERE Description = 'x'", "INVALID_FIELD", "'Description' can not be filtered"),
        ("SELECT Id FROM Lead ORDER BY Description", "MALFORMED_QUERY", "'Description' can not be sorted"),
        ("SELECT Id FROM Lead LIMIT 5 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed"),
        ("SELECT Id FROM Lead WHERE City = '" + "x" * 100_000 + "'", "MALFORMED_QUERY", "longer than 100000"),
    ],
)  # fmt: skip
def test_a_query_that_does_not_fit_the_org_is_refused(org: SalesforceState, soql: str, code: str, message: str) -> None:
    trouble = refusal(org, soql)

    assert trouble.code == code
    assert message in trouble.message


def test_the_row_of_an_error_is_counted_in_a_text_of_several_lines(org: SalesforceState) -> None:
    trouble = refusal(org, "SELECT Id\nFROM Lead\nWHERE foo = 1")

    assert "\nWHERE foo = 1\n      ^\nERROR at Row:3:Column:7\n" in trouble.message


class NeverScanned(dict[str, Row]):
    """Rows that are found by id alone."""

    def values(self) -> Any:
        raise AssertionError("all rows were walked")


@pytest.mark.parametrize(
    "where", ["Id IN ('{0}', '{1}')", "Id = '{1}'", "Key__c = 'HS-2'", "Email IN ('MARK@acme.example', 'x@y.example')",
              "Key__c = 'hs-2' AND City LIKE 'l%'"],
)  # fmt: skip
def test_ids_and_indexed_fields_are_found_without_a_scan(org: SalesforceState, where: str) -> None:
    table = org.tables["lead"]
    ids = list(table.live)
    table.live = NeverScanned(table.live)

    assert MARK in found(org, where.format(*ids))


def test_a_row_is_looked_at_once_by_a_scan(org: SalesforceState) -> None:
    seen: list[str] = []

    class Watched(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            seen.append(name)
            return super().get(name, default)

    table = org.tables["lead"]
    table.live = {record_id: Watched(row) for record_id, row in table.live.items()}

    rows(org, "SELECT Id FROM Lead WHERE SystemModstamp > 2026-11-02T13:00:00Z AND City != 'Nice'")

    assert (seen.count("SystemModstamp"), seen.count("City")) == (4, 2)


@pytest.mark.parametrize("module", ["ids", "values", "limits", "soql.trouble", "soql.conditions"])
def test_the_examples_in_the_code_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"sandbox.salesforce.{module}"))

    assert result.attempted > 0
    assert result.failed == 0
