"""Rules that read other records, through whole passes: what changes elsewhere is seen, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from store import models
from store.answers import Asked, save
from store.sql import rows
from tests.sync.house import House, hubspot, salesforce, text

RULES = """
version: 1
rules:
- id: {id}
  direction: sales_to_marketing
  title: {{en: "Title", fr: "Titre"}}
  object: {object}
  responsible: record_owner
  check: {check}
  why: {{en: "Why.", fr: "Pourquoi."}}
  used_for: [{{what: {{en: "use", fr: "usage"}}}}]
  fix: {{seconds: 10, how: one_click}}
"""
ACCOUNT = {
    "direction": "read_only", "sales": "Account",
    "fields": {"industry": {"sales": "Industry", "type": "text"}},
}  # fmt: skip
REFERENCE = {"marketing": {}, "sales": {"Contact": "AccountId"}, "type": "reference", "to": "account", "rule": "off"}


def house_with(directory: Path, check: str, object_name: str = "contact") -> House:
    sales = salesforce(text("AccountId"))
    sales.objects = {**sales.objects, "Account": [text("Industry")]}
    house = House(directory, marketing=hubspot(), sales=sales)
    written = dict(house.configuration.mapping_file.data)
    written["objects"]["account"] = ACCOUNT
    house.configure(
        fields={"account": REFERENCE},
        rules=RULES.format(id="S01", object=object_name, check=check),
        objects={**written["objects"]},
        names={"msql": "contact"},
    )
    house.open()
    return house


def test_a_gap_closes_when_the_account_is_filled_and_opens_when_it_is_cleared(db: None, tmp_path: Path) -> None:
    house = house_with(tmp_path, "{kind: required, fields: [account.industry]}", "msql")
    account = house.sales.add("Account", {"Industry": ""}, "005R")
    ann = house.person("Ann", AccountId=account.id)
    house.person("Bob", AccountId=None)
    house.settle()
    assert sorted(models.Gap.objects.values_list("object", "fields")) == [("contact", ["account.industry"])] * 2

    house.sales.edit(account, Industry="Steel")
    house.settle()
    assert not models.Gap.objects.filter(ref=str(ann)).exists()

    house.sales.edit(account, Industry="")
    house.settle()
    assert models.Gap.objects.filter(ref=str(ann)).exists()


def test_two_records_of_one_person_close_together_once_they_are_a_pair(db: None, tmp_path: Path) -> None:
    house = house_with(tmp_path, "{kind: unique, keys: [[contact.last_name, contact.phone]]}")
    phone = {"Phone": "+33612345678"}
    one = house.lead("Ann", Email="ann@x.com", **phone)
    other = house.person("Ann", Email="a@x.com", **phone)
    house.settle()
    assert {gap.ref for gap in models.Gap.objects.all()} == {str(one), str(other)}

    house.sales.edit(other, Phone="+33600000000")
    house.settle()

    assert not models.Gap.objects.exists()


def test_an_answer_that_repeats_what_stands_there_confirms_it(db: None, tmp_path: Path) -> None:
    house = house_with(tmp_path, "{kind: fresh, fields: [contact.title], max_age_days: 180}")
    ann = house.person("Ann", Title="CEO")
    house.settle()

    save([(Asked("S01", str(ann), "contact", "title", "CEO"), "CEO")], "salesforce:User:005R", "rita")
    house.settle()

    [(state,)] = models.Answer.objects.values_list("state")
    [(sure,)] = rows('SELECT "f_title__sure_at" FROM "facts_contact" WHERE "ref" = %s', [str(ann)])
    assert state == "written"
    assert sure is not None


def test_what_comes_after_the_first_whole_pass_is_new_to_us(db: None, tmp_path: Path) -> None:
    house = house_with(tmp_path, "{kind: required, fields: [contact.title]}")
    old = house.person("Ann")
    house.settle()

    new = house.person("Bob")
    house.settle()

    assert dict(rows('SELECT "ref", "owner_at" IS NULL FROM "facts_contact" WHERE "side" = %s', ["sales"])) == {
        str(old): True,
        str(new): False,
    }
