"""SOQL under made-up texts: each is answered, or refused in Salesforce's words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.errors import Trouble
from tests.sandbox.soql_org import BOUNDED, ask, org

TEXT = r"""
SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES EXCLUDES ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC NULLS FIRST LAST
USING SCOPE mine WITH SECURITY_ENFORCED FOR VIEW ALL ROWS TYPEOF WHEN THEN ELSE END COUNT() COUNT(Id) SUM(Score__c)
MAX(City) AVG(City) MIN(CreatedDate) COUNT_DISTINCT(City) toLabel(Status) FIELDS(ALL) FIELDS(CUSTOM) Lead Contact
Account Task Event Contacts Tasks Id Name City Score__c DoNotCall Interests__c Trial__c CreatedDate Description
Address Owner.Name Account.Name Who Who.Name Who.Type What.Name WhoId AccountId nope Nope.Name ( ) , = != < <= > >=
: . ' '' 'Paris' 'a\'b' '\x' 'P%' 0 1 5 -3 2.5 1e999 99999999999 null true false 2026-11-02 2026-13-40
2026-11-02T10:00:00Z TODAY LAST_N_DAYS:5 LAST_N_DAYS: N_DAYS_AGO:99999999 NEXT_N_YEARS:9999 THIS_FISCAL_YEAR l c
é * ; -- (SELECT FROM(
"""
WORDS = tuple(TEXT.split())
STARTS = (
    "SELECT Id, City, Owner.Name FROM Lead WHERE City = 'Paris' AND (Score__c > 2 OR DoNotCall = true) LIMIT 5",
    "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName LIKE 'P%' ORDER BY LastName) FROM Account ORDER BY Id",
    "SELECT City, COUNT(Id) n, MAX(Score__c) FROM Lead GROUP BY City HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC",
    "SELECT Who.Name, TYPEOF Who WHEN Contact THEN LastName ELSE Id END FROM Task WHERE CreatedDate = LAST_N_DAYS:3",
    "SELECT FIELDS(STANDARD) FROM Contact WHERE Id IN (SELECT WhoId FROM Task WHERE Status = 'Completed') LIMIT 200",
    "SELECT Id FROM Lead WHERE Interests__c INCLUDES ('Mail;Fair', 'Call') AND Trial__c < NEXT_QUARTER OFFSET 3",
)


def survives(soql: str) -> None:
    """Answered, or refused in Salesforce's words: nothing else may be raised."""
    try:
        ask(soql)
    except Trouble as trouble:
        refused = trouble
    else:
        return
    assert refused.status == 400
    assert re.fullmatch(r"[A-Z_]+", refused.code)


@BOUNDED
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_a_heap_of_words_is_answered_or_refused(words: list[str]) -> None:
    survives(" ".join(words))
    survives("SELECT Id FROM Lead WHERE " + " ".join(words))


@BOUNDED
@given(st.sampled_from(STARTS), st.data())
def test_a_query_with_words_torn_out_and_put_in_is_answered_or_refused(soql: str, data: st.DataObject) -> None:
    words = re.findall(r"\w+|\W", soql)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at : at + data.draw(st.integers(0, 3))] = data.draw(st.lists(st.sampled_from(WORDS), max_size=2))
        if not words:
            break
    survives("".join(words))


@BOUNDED
@given(st.text(max_size=60))
def test_any_text_at_all_is_answered_or_refused(text: str) -> None:
    survives(text)
    survives(f"SELECT Id FROM Lead WHERE City = '{text}'")


def test_a_deep_nest_is_refused_and_a_slow_pattern_is_not_slow() -> None:
    survives("SELECT Id FROM Lead WHERE " + "(" * 40_000)
    survives("SELECT Id FROM Lead WHERE " + "(" * 99 + "City = 'x'" + ")" * 99)
    survives("SELECT Id FROM Lead LIMIT " + "9" * 9_000)
    state = org()
    state.add("Account", {"Name": "a" * 255})
    assert ask("SELECT Id FROM Account WHERE Name LIKE '" + "%a" * 120 + "%b'") == []
