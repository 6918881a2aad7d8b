"""Salesforce's formulas: what each comes to over one contact, and the words in which the service refuses others."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.log import Log
from sandbox.salesforce.formulas.compiler import compile_condition, compile_formula
from sandbox.salesforce.formulas.expression import Moment
from sandbox.salesforce.formulas.names import Scope
from sandbox.salesforce.formulas.parser import parse
from sandbox.salesforce.formulas.trouble import FormulaError, FormulaFailure
from sandbox.salesforce.state import SalesforceState

FIELDS = (
    {"name": "Score__c", "type": "double"},
    {"name": "Empty__c", "type": "double"},
    {"name": "Interests__c", "type": "multipicklist", "picklistValues": ["Wine", "Cheese", "Bread"]},
    {"name": "Signed__c", "type": "date"},
    {"name": "Called__c", "type": "datetime"},
    {"name": "Is_VIP__c", "type": "boolean"},
)

# Rita Roux: Title "Head Buyer", LeadSource Web, Score 12.5, Interests Wine;Bread, signed 2026-02-28,
# called 2026-02-28 at 23:30 UTC (the next day in Paris, where the user is), of Account Acme (Type Prospect), no phone.
# It is 2026-03-01 08:00 UTC. Her title was "Buyer" and her source blank before this write.
VALUES = r"""
AND(TRUE, TRUE)                                                     -> True
AND(TRUE, FALSE)                                                    -> False
OR(FALSE, 1 = 1)                                                    -> True
NOT(FALSE)                                                          -> True
TRUE && FALSE || TRUE                                               -> True
!FALSE                                                              -> True
AND(FALSE, 1 / 0 = 1)                                               -> False
OR(TRUE, 1 / 0 = 1)                                                 -> True
IF(Score__c > 10, "hot", "cold")                                    -> 'hot'
IF(ISBLANK(Phone), "none", Phone)                                   -> 'none'
CASE(LeadSource, "Web", 1, "Other", 2, 0)                           -> 1
CASE(TEXT(LeadSource), "Partner", 1, 0)                             -> 0
CASE(Score__c, 12.5, "exact", "no")                                 -> 'exact'
CASE(Empty__c, 0, "zero", "else")                                   -> 'else'

ISBLANK(Phone)                                                      -> True
ISBLANK(Title)                                                      -> False
ISBLANK(Interests__c)                                               -> False
ISBLANK(TRIM("  "))                                                 -> True
ISBLANK(TEXT(Rating__c))                                            -> True
ISNULL(Empty__c)                                                    -> True
ISNULL(Phone)                                                       -> False
BLANKVALUE(Phone, "ask")                                            -> 'ask'
BLANKVALUE(Empty__c, 7)                                             -> 7
NULLVALUE(Empty__c, 7)                                              -> 7
Phone = ""                                                          -> True
"" = Phone                                                          -> True
Phone <> "1"                                                        -> True
Empty__c = 0                                                        -> None
Empty__c < 5                                                        -> None
NOT(Empty__c = 0)                                                   -> None
Empty__c + 1                                                        -> None
Phone & "x"                                                         -> 'x'

ISPICKVAL(LeadSource, "Web")                                        -> True
ISPICKVAL(LeadSource, "wEB")                                        -> True
ISPICKVAL(LeadSource, "")                                           -> False
ISPICKVAL(Rating__c, "")                                            -> True
ISPICKVAL(Account.Type, "Prospect")                                 -> True
TEXT(LeadSource)                                                    -> 'Web'
TEXT(LeadSource) = "web"                                            -> False
INCLUDES(Interests__c, "Wine")                                      -> True
INCLUDES(Interests__c, "Cheese")                                    -> False
PICKLISTCOUNT(Interests__c)                                         -> 2

ISNEW()                                                             -> False
ISCHANGED(Title)                                                    -> True
ISCHANGED(Email)                                                    -> False
ISCHANGED(LeadSource)                                               -> True
PRIORVALUE(Title)                                                   -> 'Buyer'
ISPICKVAL(PRIORVALUE(LeadSource), "")                               -> True

LEN(Title)                                                          -> 10
LEN(Phone)                                                          -> 0
TRIM("  a b ")                                                      -> 'a b'
LOWER(Title)                                                        -> 'head buyer'
UPPER("é")                                                          -> 'É'
LEFT(Title, 4)                                                      -> 'Head'
RIGHT(Title, 5)                                                     -> 'Buyer'
RIGHT(Title, 0)                                                     -> None
MID(Title, 6, 3)                                                    -> 'Buy'
BEGINS(Title, "Head")                                               -> True
BEGINS(Title, "head")                                               -> False
BEGINS(Phone, "+33")                                                -> None
CONTAINS(Title, "Buy")                                              -> True
CONTAINS(Title, Phone)                                              -> True
CONTAINS(Phone, "1")                                                -> False
FIND("Buyer", Title)                                                -> 6
SUBSTITUTE(Title, "Buyer", "Chef")                                  -> 'Head Chef'
REGEX(Email, "[^@]+@acme\\.example")                                -> True
REGEX(Email, "acme")                                                -> False
REGEX("12345-6789", "\\d{5}(-\\d{4})?")                             -> True
REGEX("K1a 0B1", "((?i)[A-Z]\\d[A-Z]\\s?\\d[A-Z]\\d)?")             -> True
REGEX(Phone, "[0-9]*")                                              -> True
TEXT(Score__c)                                                      -> '12.5'
TEXT(1 / 4)                                                         -> '.25'
TEXT(0.5)                                                           -> '0.5'
TEXT(Signed__c)                                                     -> '2026-02-28'
TEXT(Called__c)                                                     -> '2026-02-28 23:30:00Z'
VALUE("1000")                                                       -> 1000
VALUE(Phone)                                                        -> None
ISNUMBER("12a")                                                     -> False
LPAD("7", 3, "0")                                                   -> '007'
"a" = "A"                                                           -> False
'it' & "s"                                                          -> 'its'
"say \"hi\" \\ there"                                               -> 'say "hi" \\ there'
LEN("a\nb")                                                         -> 4

1 + 2 * 3                                                           -> 7
(1 + 2) * 3                                                         -> 9
2 * 3 ^ 2                                                           -> 36
2 ^ 3 ^ 2                                                           -> 64
7 - 2 - 1                                                           -> 4
-Score__c                                                           -> -12.5
0.1 + 0.2 = 0.3                                                     -> True
ABS(-3.5)                                                           -> 3.5
ROUND(2.5, 0)                                                       -> 3
ROUND(-2.5, 0)                                                      -> -3
ROUND(1234.5, -2)                                                   -> 1200
MOD(7, 3)                                                           -> 1
MOD(3, 0)                                                           -> 3
MIN(3, 1, 2)                                                        -> 1
MAX(3, Score__c)                                                    -> 12.5
1 /* one /* comment */ + 2                                          -> 3

DATE(2026, 2, 28) = Signed__c                                       -> True
TODAY()                                                             -> date(2026, 3, 1)
TODAY() - Signed__c                                                 -> 1
Signed__c + 1                                                       -> date(2026, 3, 1)
Signed__c < TODAY()                                                 -> True
NOW() - Called__c < 1                                               -> True
DATEVALUE(Called__c)                                                -> date(2026, 3, 1)
DATEVALUE("2026-01-31")                                             -> date(2026, 1, 31)
ADDMONTHS(DATE(2026, 1, 31), 1)                                     -> date(2026, 2, 28)
WEEKDAY(DATE(2026, 3, 1))                                           -> 1
YEAR(Signed__c) * 100 + MONTH(Signed__c)                            -> 202602

Name                                                                -> 'Rita Roux'
Account.Name                                                        -> 'Acme'
Contact.Account.Name                                                -> 'Acme'
Owner.Email                                                         -> 'otto@entente.example'
Account.Owner.LastName                                              -> 'Ops'
$User.Email                                                         -> 'otto@entente.example'
OwnerId = $User.Id                                                  -> True
LEN($User.Id)                                                       -> 15
LEN(CASESAFEID($User.Id))                                           -> 18
$Profile.Name                                                       -> 'System Administrator'
$Permission.Bypass_Sync_Rules                                       -> False
NOT(Is_VIP__c)                                                      -> True
null = null                                                         -> None
"""

REFUSED = r"""
ISBLANK(LeadSource)            -> Field LeadSource is a picklist field. Picklist fields are only supported in certain functions.
ISNULL(LeadSource)             -> Field LeadSource is a picklist field. Picklist fields are only supported in certain functions.
LeadSource = "Web"             -> Field LeadSource is a picklist field. Picklist fields are only supported in certain functions.
IF(TRUE, LeadSource, "x") = "" -> Field LeadSource is a picklist field. Picklist fields are only supported in certain functions.
ISBLANK(Account.Type)          -> Field Account.Type is a picklist field. Picklist fields are only supported in certain functions.
Interests__c = "Wine"          -> Field Interests__c is a multi-select picklist field. Multi-select picklist fields are only supported in certain functions.
ISPICKVAL(Title, "x")          -> Incorrect parameter type for function 'ISPICKVAL()'. Expected Picklist, received Text
ISPICKVAL(LeadSource, Title)   -> Incorrect parameter type for function 'ISPICKVAL()'. Expected Text Literal, received Text
INCLUDES(Interests__c, "Tea")  -> Incorrect parameter for function INCLUDES(). Text Literal must be a valid value for this multi-select picklist field.
ISBLANK(Nowhere__c)            -> Field Nowhere__c does not exist. Check spelling.
ISBLANK(Account.Nowhere__c)    -> Field Account.Nowhere__c does not exist. Check spelling.
Nothing.Name = "x"             -> Field Nothing.Name does not exist. Check spelling.
$Permission.Nothing            -> Field $Permission.Nothing does not exist. Check spelling.
$User.Shoe = "42"              -> Field $User.Shoe does not exist. Check spelling.
ISBLANK(MailingAddress)        -> You referenced an unsupported field type called "Address" using the following field: MailingAddress
ISEMPTY(Phone)                 -> Unknown function ISEMPTY. Check spelling.
IFERROR(Phone, "")             -> Unknown function IFERROR. Check spelling.
ISBLANK()                      -> Incorrect number of parameters for function 'ISBLANK()'. Expected 1, received 0
IF(TRUE, TRUE)                 -> Incorrect number of parameters for function 'IF()'. Expected 3, received 2
LEFT(Title, 1, 2) = "x"        -> Incorrect number of parameters for function 'LEFT()'. Expected 2, received 3
CASE(Title, "a", TRUE, "b", FALSE) -> Incorrect number of parameters for function 'CASE()'. Expected 6, received 5
AND(Title)                     -> Incorrect parameter type for function 'AND()'. Expected Boolean, received Text
LEN(Score__c) > 1              -> Incorrect parameter type for function 'LEN()'. Expected Text, received Number
Title > 1                      -> Incorrect parameter type for operator '>'. Expected Text, received Number
Title + 1 = "x"                -> Incorrect parameter type for operator '+'. Expected Text, received Number
Score__c & "x" = "x"           -> Incorrect parameter type for operator '&'. Expected Text, received Number
ISBLANK(Is_VIP__c)             -> Incorrect argument type for function 'ISBLANK()'.
TEXT(Title) = "x"              -> Incorrect argument type for function 'TEXT()'.
ISCHANGED("x")                 -> Incorrect parameter for function 'ISCHANGED()'. Expected Field field reference.
ISCHANGED(Account.Name)        -> The ISCHANGED function cannot reference the Account.Name field.
Score__c                       -> Formula result is data type (Number), incompatible with expected data type (true or false).
"yes"                          -> Formula result is data type (Text), incompatible with expected data type (true or false).
AND(TRUE                       -> Syntax error.  Missing ')'
TRUE)                          -> Syntax error. Extra ')'
TRUE FALSE                     -> Syntax error.  Found 'FALSE'
Title = "abc                   -> Syntax error.  Missing '"'
Title = "a\qb"                 -> Syntax error.  Found '\q'
TRUE /* open                   -> Syntax error.  Missing '*/'
Title = #                      -> Syntax error.  Found '#'
AND(TRUE,,TRUE)                -> Syntax error.  Found ','
"""  # noqa: E501


def table(text: str) -> list[tuple[str, str]]:
    return [tuple(part.strip() for part in line.rsplit("-> ", 1)) for line in text.splitlines() if line]  # type: ignore[misc]


@pytest.fixture(scope="module")
def state() -> SalesforceState:
    clock = Clock()
    clock.set(datetime(2026, 3, 1, 8, tzinfo=UTC))
    made = SalesforceState(clock, Log())
    for field in (*FIELDS, {"name": "Rating__c", "type": "picklist", "picklistValues": ["Hot"]}):
        made.add_field("Contact", dict(field))
    made.add("CustomPermission", {"DeveloperName": "Bypass_Sync_Rules", "MasterLabel": "Bypass"})
    account = made.add("Account", {"Name": "Acme", "Type": "Prospect"})
    rita = {"FirstName": "Rita", "LastName": "Roux", "Title": "Head Buyer", "LeadSource": "Web", "Score__c": 12.5,
            "Interests__c": "Wine;Bread", "Signed__c": "2026-02-28", "Called__c": "2026-02-28T23:30:00.000+0000",
            "Email": "rita@acme.example", "AccountId": account}  # fmt: skip
    made.add("Contact", rita)
    return made


def value_of(state: SalesforceState, formula: str, **scope: Any) -> Any:
    contacts = state.tables["contact"]
    row = next(iter(contacts.live.values()))
    before = {name: value for name, value in row.items() if name != "LeadSource"} | {"Title": "Buyer"}
    return compile_formula(formula, Scope(state, contacts, **scope)).work(Moment(row, before, state))


@pytest.mark.parametrize(("formula", "expected"), table(VALUES))
def test_a_formula_comes_to(state: SalesforceState, formula: str, expected: str) -> None:
    wanted = eval(expected, {"date": date})  # the table above

    value = value_of(state, formula)

    assert value == wanted
    assert type(value) is (Decimal if type(wanted) in (int, float) else type(wanted))


@pytest.mark.parametrize(("formula", "expected"), table(REFUSED))
def test_a_rule_is_refused_with(state: SalesforceState, formula: str, expected: str) -> None:
    with pytest.raises(FormulaError) as refused:
        compile_condition(formula, Scope(state, state.tables["contact"]))

    assert str(refused.value) == expected


@pytest.mark.parametrize("formula", ["1 / 0", "DATE(2026, 2, 30)", 'VALUE("abc")', "10 ^ 65", "2 ^ 0.5"])
def test_a_value_that_cannot_be_worked_out_is_a_failure_of_the_record(state: SalesforceState, formula: str) -> None:
    with pytest.raises(FormulaFailure):
        value_of(state, formula)


def test_a_formula_may_read_blank_numbers_as_zero(state: SalesforceState) -> None:
    assert value_of(state, "Empty__c + 1", zero_for_blank=True) == Decimal(1)
    assert value_of(state, "ISBLANK(Empty__c)", zero_for_blank=True) is False


def test_what_changed_is_no_question_outside_of_rules(state: SalesforceState) -> None:
    with pytest.raises(FormulaError, match="Function ISCHANGED may not be used in this type of formula"):
        compile_formula("ISCHANGED(Title)", Scope(state, state.tables["contact"], is_rule=False))


def test_a_lead_s_owner_is_named_with_its_object(state: SalesforceState) -> None:
    leads = Scope(state, state.tables["lead"])

    compile_condition('Owner:User.Email = "x"', leads)
    with pytest.raises(FormulaError, match=r"Field Owner.Email does not exist"):
        compile_condition('Owner.Email = "x"', leads)
    with pytest.raises(FormulaError, match="Account is an invalid object type for the Owner field"):
        compile_condition('Owner:Account.Name = "x"', leads)


def test_a_formula_has_at_most_3900_characters(state: SalesforceState) -> None:
    scope = Scope(state, state.tables["contact"])

    compile_condition("TRUE".ljust(3_900), scope)
    with pytest.raises(FormulaError, match=r"Formula is too long \(3,901 characters\)"):
        compile_condition("TRUE".ljust(3_901), scope)


def test_a_long_chain_and_a_deep_nest_are_no_trouble(state: SalesforceState) -> None:
    assert value_of(state, "+".join(["1"] * 1_900)) == Decimal(1_900)
    assert value_of(state, "(" * 50 + "1" + ")" * 50) == Decimal(1)
    for deep in ("(" * 1_800 + "1" + ")" * 1_800, "!" * 3_000 + "TRUE", "-(" * 1_000, "NOT(" * 900):
        with pytest.raises(FormulaError):
            parse(deep)


pieces = st.sampled_from(
    ["AND(", "IF(", "NOT(", "Title", "Account.Name", "$User.Id", '"a', '"a"', "'b'", "1", ".5", "1e5", "(", ")", ",",
     "&&", "||", "!", "=", "<>", "^", "/*", "*/", "\\", "TRUE", "NULL", " ", "-", "é", "\u2009", "ISCHANGED(",
     "TODAY()"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
def test_a_formula_is_read_or_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(FormulaError):
        parse(text)


@given(st.lists(pieces).map("".join))
def test_what_can_be_saved_can_be_worked_out(state: SalesforceState, text: str) -> None:
    with contextlib.suppress(FormulaError, FormulaFailure):
        value_of(state, text)
