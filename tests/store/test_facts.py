"""The facts tables follow the mapping: a field that becomes a number is compared as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.sql import column_types, rows
from tests.sync.house import House, hubspot, salesforce, text


@pytest.mark.django_db
def test_a_field_that_changes_its_type_gets_a_column_of_that_type(tmp_path: Path) -> None:
    """Otto maps the size as a text first, then as a number: the column is made anew, and filled."""
    size = {"marketing": "size", "sales": "Size", "type": "text"}
    house = House(
        tmp_path, marketing=hubspot(text("size")), sales=salesforce(text("Size")), fields={"size": size}
    )  # fmt: skip
    house.pair(marketing={"size": "12"}, sales={"Size": "12"})

    house.configure(fields={"size": size | {"type": "number"}})
    house.open()

    assert column_types("facts_contact")["f_size"] == "DOUBLE PRECISION"
    assert {value for (value,) in rows('SELECT "f_size" FROM facts_contact')} == {12.0}
