"""Made-up metadata: what cannot be saved is refused, changes nothing, and never breaks the org."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.log import Log
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.kinds import BY_TYPE
from sandbox.salesforce.metadata.xml_tree import BadXml, parse_xml, write_xml
from sandbox.salesforce.metadata.xml_values import metadata_of
from sandbox.salesforce.state import SalesforceState

KEYS = {
    "CustomField": ["type", "label", "length", "precision", "scale", "valueSet", "defaultValue", "visibleLines",
                    "unique", "externalId", "formula"],
    "ValidationRule": ["active", "errorConditionFormula", "errorMessage", "errorDisplayField", "description"],
    "CustomPermission": ["label", "description"],
    "PermissionSet": ["label", "fieldPermissions", "objectPermissions", "customPermissions"],
    "ListView": ["label", "columns", "filterScope", "filters", "booleanFilter"],
    "Layout": ["layoutSections"],
}  # fmt: skip
WORDS = ["Text", "Picklist", "Number", "Checkbox", "true", "TRUE", "Phone", "Lead", "Lead.Phone", "Everything", "Mine",
         "1", "equals", "NAME", "Edit", "", "1 AND 2", "Name"]  # fmt: skip
PARTS = ["field", "operation", "value", "object", "readable", "editable", "allowRead", "name", "enabled", "fullName",
         "valueSetDefinition", "layoutColumns", "layoutItems", "behavior", "default"]  # fmt: skip
leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 300), st.sampled_from(WORDS), st.text(max_size=6))


def wrapped(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(PARTS), inner, max_size=4))


values = st.recursive(leaves, wrapped, max_leaves=8)
NAMES = {"CustomField": "Lead.Made_up__c", "ValidationRule": "Lead.Made_up", "CustomPermission": "Made_up",
         "PermissionSet": "Made_up", "ListView": "Lead.Made_up", "Layout": "Lead-Made up"}  # fmt: skip
SOUND = {
    "CustomField": {"type": "Text", "label": "Made up", "length": 20},
    "ValidationRule": {"active": True, "errorConditionFormula": "ISBLANK(Phone)", "errorMessage": "Phone!"},
    "CustomPermission": {"label": "Made up"},
    "PermissionSet": {"label": "Made up", "fieldPermissions": [{"field": "Lead.Phone", "readable": True}]},
    "ListView": {"label": "Made up", "filterScope": "Mine", "columns": ["FULL_NAME"]},
    "Layout": {"layoutSections": []},
}


@st.composite
def components(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(KEYS)))
    name = draw(
        st.sampled_from(["Lead.Made_up", "Lead.Made_up__c", "Made_up", "Lead-Made up", "Nowhere.x", "", "Lead."])
    )
    changes = draw(st.dictionaries(st.sampled_from(KEYS[kind]), values, max_size=2))
    return kind, name, {**draw(st.sampled_from([SOUND[kind], {}])), **changes}


@pytest.fixture(scope="module")
def state() -> SalesforceState:
    return SalesforceState(Clock(), Log())


def rows_of(state: SalesforceState) -> dict[str, dict[str, Any]]:
    tables = state.tables | state.tooling
    return {name: dict(table.live) for name, table in tables.items()} | {
        f"{name} fields": dict(table.kind.fields) for name, table in state.tables.items()
    }


@given(component=components())
def test_made_up_metadata_are_saved_and_taken_back_or_refused(
    state: SalesforceState, component: tuple[str, str, dict[str, Any]]
) -> None:
    kind, name, metadata = component
    before = rows_of(state)

    with contextlib.suppress(Trouble):
        done = BY_TYPE[kind].save(state, name, metadata)
        assert BY_TYPE[kind].find(state, name) == done.id
        assert BY_TYPE[kind].read(state, name) is not None
        done.undo()

    assert rows_of(state) == before


@given(st.one_of(st.binary(max_size=60), st.text("<>/ab=\"' &;!", max_size=60).map(str.encode)))
def test_xml_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    with contextlib.suppress(BadXml):
        parse_xml(content)


@given(st.dictionaries(st.sampled_from(["label", "errorMessage", "type"]), st.text(st.characters(codec="utf-8",
       exclude_categories=("Cc", "Cs")), min_size=1)))  # fmt: skip
def test_texts_survive_the_way_through_xml(metadata: dict[str, str]) -> None:
    written = write_xml("ValidationRule", metadata)

    assert metadata_of(parse_xml(written.encode())) == {
        key: value for key, value in metadata.items() if value not in ("\ufffe", "\uffff")
    }
