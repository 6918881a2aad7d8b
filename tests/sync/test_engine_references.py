"""References and owners travel like any field: parents before children, and nobody is lost or reset on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import ConfigError
from connectors.base import Create, Policy
from connectors.memory import MemoryConnector
from crm.record import Ref, Rep, Wire
from store import known, models
from tests.sync.house import FIELDS, House, text
from web.show_conflict import change_rows

COMPANY: dict[str, Any] = {
    "marketing": "companies",
    "sales": "Account",
    "match": "domain",
    "scope": {"marketing": "all", "sales": "all"},
    "fields": {
        "name": {"marketing": "name", "sales": "Name", "type": "text"},
        "domain": {"marketing": "domain", "sales": "Website", "type": "domain"},
    },
}
ACCOUNT = {"marketing": "associatedcompanyid", "sales": {"Contact": "AccountId"}, "type": "reference", "to": "company"}
OWNER = {"marketing": "hubspot_owner_id", "sales": "OwnerId", "type": "owner", "first_sync": "sales"}

RITA, MONA, PAUL, ZOE = "rita@nordlicht.example", "Mona@Nordlicht.example", "paul@nordlicht.example", "zoe@x.example"


class Companies(House):
    """A house in which people belong to companies."""

    def company(self, name: str = "Nordlicht", domain: str | None = "nordlicht.example") -> Ref:
        """Mark enters a company in HubSpot."""
        return self.marketing.add("companies", {"name": name, "domain": domain})

    def account(self, name: str = "Nordlicht", website: str | None = "https://www.nordlicht.example/de") -> Ref:
        """Rita enters an account in Salesforce."""
        return self.sales.add("Account", {"Name": name, "Website": website})

    def pair_of_companies(self, name: str = "Nordlicht", domain: str = "nordlicht.example") -> tuple[Ref, Ref]:
        both = self.company(name, domain), self.account(name, f"https://{domain}")
        self.settle()
        assert self.links()[both[0]] == both[1]
        return both

    def of_sales(self, object_name: str) -> list[dict[str, Wire]]:
        return [dict(record.fields) for record in self.sales.everything(object_name)]


Make = Callable[..., Companies]


@pytest.fixture
def make(db: None, tmp_path: Path) -> Make:
    def build(contact: dict[str, Any] | None = None, **about: Any) -> Companies:
        names = ["email", "lastname", "company", "phone", "jobtitle", "lifecyclestage"]
        names += ["associatedcompanyid", "hubspot_owner_id"]
        companies = [text(name) for name in ("name", "domain", "hubspot_owner_id")]
        lead = [text("LastName", required=True), *(text(name) for name in ("Email", "Phone", "Title", "OwnerId"))]
        objects = {"contacts": [text(name) for name in names], "companies": companies}
        marketing = MemoryConnector("hubspot", objects, unique=frozenset({"email"}), tells_deleted=False)
        marketing.people = [owner("71", "Rita Lang", RITA), owner("72", "Mona Lindt", MONA.lower())]
        account = [text("Name", required=True), text("Website"), text("OwnerId")]
        sold = {
            "Account": account,
            "Lead": [*lead, text("Company"), text("Status")],
            "Contact": [*lead, text("AccountId")],
        }
        sales = MemoryConnector("salesforce", sold, keeps_times=False)
        sales.people = [user("005R", "Rita Lang", RITA), user("005M", "Mona Lindt", MONA)]
        for connector in (marketing, sales):
            connector.set_up(connector.setup_steps(list(connector.objects)))
        whole = {
            "marketing": "contacts",
            "sales": ["Lead", "Contact"],
            "scope": {"marketing": "all", "sales": "all"},
            "fields": FIELDS | {"account": ACCOUNT},
        }
        objects_of = {"contact": whole | (contact or {}), "company": COMPANY}
        return Companies(tmp_path, marketing=marketing, sales=sales, objects=objects_of, **about)

    return build


def owner(number: str, name: str, email: str, **about: Any) -> Rep:
    return Rep(Ref("hubspot", "owners", number), name, email, **about)


def user(number: str, name: str, email: str, **about: Any) -> Rep:
    return Rep(Ref("salesforce", "User", number), name, email, **about)


# -- references --------------------------------------------------------------------------------------------------------


def test_companies_are_matched_by_their_domain_however_it_is_written_and_never_by_name(make: Make) -> None:
    house = make()
    same, other = house.company(), house.company("Velmora", "velmora.example")
    account, namesake = house.account(), house.account("Velmora", None)

    house.settle()

    links = house.links()
    assert links[same] == account
    assert links[other] != namesake
    assert house.shown(account)["Website"] == "https://www.nordlicht.example/de"
    assert house.marketing.writes + house.sales.writes == 2  # Velmora, made on either side


def test_two_companies_with_one_domain_go_to_a_person(make: Make) -> None:
    house = make()
    house.company(), house.company("Nordlicht GmbH"), house.account()

    house.settle()

    assert house.links() == {}
    assert set(house.conflicts()) == {("match", "")}
    assert "share this domain" in models.Conflict.objects.all()[0].reason


@pytest.mark.parametrize("kind", ["Contact", "Lead"])
def test_a_contact_is_made_with_its_new_account_in_one_pass_else_a_lead(make: Make, kind: str) -> None:
    house = make({"create_in_sales": "contact_if_account"})
    company = house.company() if kind == "Contact" else None
    ann = house.contact(associatedcompanyid=company.id if company else None)

    house.sync()

    made = house.links()[ann]
    assert made.object == kind
    if company:
        assert house.shown(made)["AccountId"] == house.links()[company].id
    before = house.writes()
    house.settle()
    assert house.writes() == before


def test_a_contact_waits_where_its_account_was_refused_and_is_made_once_there_is_one(make: Make) -> None:
    house = make({"create_in_sales": "contact_if_account"})
    company = house.company()
    ann = house.contact(associatedcompanyid=company.id)
    house.sales.refuse(1, Policy.DEAD)

    house.sync()

    assert house.dead() == ["REFUSED"]
    assert house.of_sales("Contact") == []
    house.sync()
    assert house.links()[ann].object == "Lead"  # without an account on the way, the person is a lead


@pytest.mark.parametrize("side", ["marketing", "sales"])
def test_a_person_who_moves_to_another_company_moves_on_the_other_side_too(make: Make, side: str) -> None:
    house = make()
    (old, old_account), (new, new_account) = house.pair_of_companies(), house.pair_of_companies("Velmora", "v.example")
    ann, sold = house.contact(associatedcompanyid=old.id), house.person(AccountId=old_account.id)
    house.settle()

    if side == "marketing":
        house.marketing.edit(ann, associatedcompanyid=new.id)
    else:
        house.sales.edit(sold, AccountId=new_account.id)
    house.settle()

    assert house.shown(ann)["associatedcompanyid"] == new.id
    assert house.shown(sold)["AccountId"] == new_account.id
    assert len(house.history()) == 1


def test_people_read_names_where_links_and_reps_are_kept(make: Make) -> None:
    house = make({"fields": FIELDS | {"account": ACCOUNT, "owner": OWNER}})
    (_old, account), (new, _) = house.pair_of_companies(), house.pair_of_companies("Velmora", "v.example")
    ann = house.person(AccountId=account.id, OwnerId="005R")
    house.settle()
    there = house.links()
    person = next(marketing for marketing, sales in there.items() if sales == ann)
    house.marketing.edit(person, associatedcompanyid=new.id, hubspot_owner_id="72")
    house.settle()

    rows = change_rows("en", house.service.mapping, models.Change.objects.order_by("-id"))

    assert {(row["old"], row["new"]) for row in rows[:2]} == {("Nordlicht", "Velmora"), ("Rita Lang", "Mona Lindt")}


def test_a_reference_waits_for_its_parent_and_the_rest_travels(make: Make) -> None:
    house = make()
    ann, sold = house.contact(), house.person()
    house.settle()
    company = house.company(name="")  # without a name no account can be made
    house.marketing.edit(ann, associatedcompanyid=company.id, jobtitle="CEO")

    house.settle()

    assert house.shown(sold)["Title"] == "CEO"
    assert ("account", "parent") in house.held()
    house.marketing.edit(company, name="Nordlicht")
    house.settle()
    assert house.shown(sold)["AccountId"] == house.links()[company].id
    assert house.held() == []
    assert not models.Awaited.objects.exists()


def test_a_parent_that_is_matched_later_releases_whoever_waits(make: Make) -> None:
    objects = {"create_in_sales": None}
    house = make()
    house.configure(objects={"contact": whole_contact(), "company": COMPANY | objects})
    house.open()
    ann, sold = house.contact(), house.person()
    house.settle()
    company = house.company()
    house.marketing.edit(ann, associatedcompanyid=company.id)
    house.settle()
    assert house.held() == [("account", "parent")]

    account = house.account()
    house.settle()

    assert house.shown(sold)["AccountId"] == account.id
    assert house.held() == []


def whole_contact(**about: Any) -> dict[str, Any]:
    return {
        "marketing": "contacts",
        "sales": ["Lead", "Contact"],
        "scope": {"marketing": "all", "sales": "all"},
        "fields": FIELDS | {"account": ACCOUNT},
    } | about


def test_accounts_that_were_merged_stay_one_parent(make: Make) -> None:
    house = make()
    (company, account) = house.pair_of_companies()
    ann, sold = house.contact(associatedcompanyid=company.id), house.person(AccountId=account.id)
    house.settle()
    survivor = house.account("Nordlicht SE", None)
    before = house.shown(ann)

    house.sales.merge(account, survivor)
    house.sales.edit(sold, AccountId=survivor.id)
    house.settle()

    assert house.links()[company] == survivor
    assert house.shown(ann) == before
    assert house.shown(sold)["AccountId"] == survivor.id


def test_a_deleted_company_takes_nobody_s_account_away(make: Make) -> None:
    """HubSpot drops the association with the company: that is no edit of the person."""
    house = make()
    (company, account) = house.pair_of_companies()
    ann, sold = house.contact(associatedcompanyid=company.id), house.person(AccountId=account.id)
    house.settle()

    house.marketing.delete(company)
    house.service.records.touch("company", [company])
    house.marketing.edit(ann, associatedcompanyid=None)
    house.settle()

    assert house.shown(sold)["AccountId"] == account.id
    assert house.held() == [("account", "parent")]


def test_a_company_whose_archive_nobody_told_of_takes_nobody_s_account_away(make: Make) -> None:
    """HubSpot tells of an archive a day later, but shows at once that Ann belongs to no company any more."""
    house = make()
    (company, account) = house.pair_of_companies()
    ann, sold = house.contact(associatedcompanyid=company.id), house.person(AccountId=account.id)
    house.settle()

    house.marketing.delete(company)
    house.marketing.edit(ann, associatedcompanyid=None, phone="1")
    house.settle()

    assert (house.shown(sold)["AccountId"], house.shown(sold)["Phone"]) == (account.id, "1")
    assert house.held() == [("account", "parent")]
    house.marketing.delete(company, deleted=False)
    house.marketing.edit(ann, associatedcompanyid=company.id)
    house.settle()
    assert house.held() == []
    house.marketing.edit(ann, associatedcompanyid=None)
    house.settle()
    assert "AccountId" not in house.shown(sold), "whoever takes her out of a company that is there is followed"


def test_a_reference_to_what_is_only_read_is_refused_by_line(make: Make) -> None:
    """Nothing of it is ever in a pair: everybody would wait for good."""
    house = make()
    read = {"direction": "read_only", "sales": "Account", "fields": {"name": {"sales": "Name", "type": "text"}}}

    with pytest.raises(ConfigError, match=r"line \d+.*only read"):
        house.configure(objects={"contact": whole_contact(fields=FIELDS | {"account": ACCOUNT}), "company": read})

    off = whole_contact(fields=FIELDS | {"account": ACCOUNT | {"rule": "off"}})
    house.configure(objects={"contact": off, "company": read})


def test_a_required_reference_makes_the_whole_record_wait(make: Make) -> None:
    waiting = ACCOUNT | {"required": True}
    house = make()
    house.configure(objects={"contact": whole_contact(fields=FIELDS | {"account": waiting}), "company": COMPANY})
    house.open()
    nameless = house.company(name="")
    ann, bob = house.contact(associatedcompanyid=nameless.id), house.contact("Bob")

    house.settle()

    assert house.links() == {}
    assert ("account", "parent") in house.held()
    house.marketing.edit(nameless, name="Nordlicht")
    house.settle()
    assert ann in house.links()
    assert bob not in house.links()  # he belongs to no company at all


def test_a_dry_run_shows_the_contact_with_the_account_that_it_will_get(make: Make) -> None:
    house = make({"create_in_sales": "contact_if_account"})
    house.contact(associatedcompanyid=house.company().id)

    batches = list(house.service.preview())

    made = [write for batch in batches for plan in batch.plans for write in plan.writes]
    assert [write.object for write in made if isinstance(write, Create)] == ["Account", "Contact"]
    assert house.writes() == 0


# -- several references ------------------------------------------------------------------------------------------------

TASK: dict[str, Any] = {
    "marketing": "calls",
    "sales": "Task",
    "scope": {"marketing": "all", "sales": "all"},
    "fields": {
        "subject": {"marketing": "hs_call_title", "sales": "Subject", "type": "text"},
        "people": {
            "marketing": "associations.contacts", "sales": "WhoIds", "type": "references", "to": "contact",
            "required": True,
        },
    },
}  # fmt: skip


@pytest.fixture
def calls(make: Make) -> Companies:
    """A house in which calls are about several people."""
    house = make()
    for connector, name, fields in (
        (house.marketing, "calls", ["hs_call_title", "associations.contacts"]),
        (house.sales, "Task", ["Subject", "WhoIds"]),
    ):
        connector.objects = {**connector.objects, name: [text(field) for field in fields]}
        connector.set_up(connector.setup_steps([name]))
    house.configure(objects={"call": TASK, "contact": whole_contact(), "company": COMPANY})
    house.open()
    return house


def call(house: Companies, *people: Ref) -> Ref:
    ids = ";".join(ref.id for ref in people)
    return house.marketing.add("calls", {"hs_call_title": "Pricing", "associations.contacts": ids})


def test_a_call_is_made_about_those_who_are_there_and_gets_the_others_later(calls: Companies) -> None:
    ann, bob = house_pair(calls, "Ann"), calls.contact("Bob", company=None, lastname=None)
    made = call(calls, ann[0], bob)
    lonely = call(calls, bob)

    calls.settle()

    task = calls.links()[made]
    assert calls.shown(task)["WhoIds"] == ann[1].id
    assert lonely not in calls.links()
    calls.marketing.edit(bob, lastname="Bob", company="Velmora")
    calls.settle()
    both = {ann[1].id, calls.links()[bob].id}
    assert set(str(calls.shown(task)["WhoIds"]).split(";")) == both
    assert calls.shown(calls.links()[lonely])["WhoIds"] == calls.links()[bob].id
    assert calls.held() == []


def test_somebody_whom_only_sales_knows_stays_in_the_task(calls: Companies) -> None:
    ann, bob = house_pair(calls, "Ann"), house_pair(calls, "Bob")
    made = call(calls, ann[0])
    calls.settle()
    task = calls.links()[made]
    stranger = calls.sales.add("Lead", {"LastName": "Nobody"})  # no e-mail: nothing that marketing could be told
    calls.configure(objects={"call": TASK, "contact": whole_contact(create_in_marketing=False), "company": COMPANY})
    calls.open()
    calls.sales.edit(task, WhoIds=f"{ann[1].id};{stranger.id}")
    calls.settle()

    calls.marketing.edit(made, **{"associations.contacts": f"{ann[0].id};{bob[0].id}"})
    calls.settle()

    assert set(str(calls.shown(task)["WhoIds"]).split(";")) == {ann[1].id, bob[1].id, stranger.id}
    assert set(str(calls.shown(made)["associations.contacts"]).split(";")) == {ann[0].id, bob[0].id}


def test_references_that_do_not_travel_wait_for_nobody(calls: Companies) -> None:
    ann, bob = house_pair(calls, "Ann"), calls.contact("Bob", company=None, lastname=None)
    made = call(calls, ann[0])
    calls.settle()
    people = TASK["fields"]["people"] | {"rule": "off", "required": False}
    off = TASK | {"fields": TASK["fields"] | {"people": people}}
    calls.configure(objects={"call": off, "contact": whole_contact(), "company": COMPANY})
    calls.open()

    calls.marketing.edit(made, **{"associations.contacts": f"{ann[0].id};{bob.id}"})
    calls.settle()

    assert ("people", "parent") not in calls.held()


def test_a_call_whose_person_is_refused_is_not_made_without(calls: Companies) -> None:
    """A rule in Salesforce forbids calls about Ann; until she is exchanged, the whole of it waits."""
    ann, bob = house_pair(calls, "Ann"), house_pair(calls, "Bob")
    calls.sales.refuse(1, Policy.HELD, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "WhoIds")
    made = call(calls, ann[0])
    before = calls.writes()

    calls.settle()
    calls.marketing.edit(made, hs_call_title="Prices")
    calls.settle()

    assert calls.of_sales("Task") == []
    assert calls.writes() == before
    assert calls.held() == [("people", "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    calls.marketing.edit(made, **{"associations.contacts": bob[0].id})
    calls.settle()
    task = calls.shown(calls.links()[made])
    assert (task["WhoIds"], task["Subject"]) == (bob[1].id, "Prices")
    assert calls.held() == []


def test_a_contact_whose_account_is_refused_is_not_made_without(make: Make) -> None:
    house = make({"create_in_sales": "contact_if_account"})
    company, _ = house.pair_of_companies()
    house.sales.refuse(1, Policy.HELD, "FIELD_INTEGRITY_EXCEPTION", "AccountId")
    ann = house.contact(associatedcompanyid=company.id)

    house.settle()
    house.marketing.edit(ann, phone="1")
    house.settle()

    assert house.of_sales("Contact") == house.of_sales("Lead") == []
    assert house.held() == [("account", "FIELD_INTEGRITY_EXCEPTION")]


def test_who_is_archived_in_hubspot_stays_in_the_task(calls: Companies) -> None:
    ann, bob = house_pair(calls, "Ann"), house_pair(calls, "Bob")
    made = call(calls, ann[0], bob[0])
    calls.settle()
    task = calls.links()[made]

    calls.marketing.delete(bob[0])
    calls.marketing.edit(made, **{"associations.contacts": ann[0].id}, hs_call_title="Prices")
    calls.settle()

    assert set(str(calls.shown(task)["WhoIds"]).split(";")) == {ann[1].id, bob[1].id}
    assert calls.shown(task)["Subject"] == "Prices"


def house_pair(house: Companies, name: str) -> tuple[Ref, Ref]:
    both = house.contact(name), house.lead(name)
    house.settle()
    return both


# -- owners ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def owned(make: Make) -> Companies:
    """A house in which the owner travels."""
    return make({"fields": FIELDS | {"owner": OWNER}})


def reread_reps(house: Companies) -> None:
    known.forget("reps")


def give(house: Companies, ref: Ref, owner_id: str | None) -> None:
    """Somebody gives a record to another owner."""
    connector, name = (house.marketing, "hubspot_owner_id") if ref.system == "hubspot" else (house.sales, "OwnerId")
    connector.edit(ref, **{name: owner_id})
    connector.assign(ref, owner_id)


def test_an_owner_travels_to_the_same_person_whatever_the_case_of_the_address(owned: Companies) -> None:
    ann = owned.contact(hubspot_owner_id="72")

    owned.settle()

    lead = owned.links()[ann]
    assert owned.shown(lead)["OwnerId"] == "005M"
    give(owned, lead, "005R")
    owned.settle()
    assert owned.shown(ann)["hubspot_owner_id"] == "71"


def test_two_users_of_one_name_are_two_people(owned: Companies) -> None:
    owned.sales.people = [*owned.sales.people, user("005X", "Rita Lang", "rita.lang@nordlicht.example")]
    lead = owned.lead(OwnerId="005X")
    ann = owned.contact(hubspot_owner_id="71")

    owned.settle()

    assert owned.shown(ann)["hubspot_owner_id"] == "71"  # a namesake is nobody there: a valid owner stays
    assert owned.shown(lead)["OwnerId"] == "005X"
    assert owned.held() == [("owner", "owner")]


@pytest.mark.parametrize("queue", ["00G1", "005U"])
def test_one_gap_tells_of_an_owner_with_many_records_and_their_other_fields_travel(
    owned: Companies, queue: str
) -> None:
    """A queue, and a user who is no HubSpot owner."""
    owned.sales.people = [*owned.sales.people, user("005U", "Paul Udo", PAUL)]
    people = [(owned.contact(name), owned.lead(name, OwnerId="005R")) for name in ("Ann", "Bob", "Cid")]
    owned.settle()

    for _ann, lead in people:
        give(owned, lead, queue)
        owned.sales.edit(lead, Title="CEO")
    owned.settle()

    assert [owned.shown(ann)["jobtitle"] for ann, _ in people] == ["CEO"] * 3
    assert [owned.shown(ann)["hubspot_owner_id"] for ann, _ in people] == ["71"] * 3
    assert owned.held() == [("owner", "owner")]


def test_an_owner_who_is_active_again_gets_the_records_by_itself(owned: Companies) -> None:
    active, owned.sales.people = (
        owned.sales.people,
        [user("005R", "Rita Lang", RITA, is_active=False), owned.sales.people[1]],
    )
    ann, lead = owned.contact(), owned.lead(OwnerId="005M")
    owned.settle()
    give(owned, ann, "71")
    owned.settle()
    assert owned.shown(lead)["OwnerId"] == "005M"
    assert owned.held() == [("owner", "owner")]

    owned.sales.people = active
    reread_reps(owned)
    owned.settle()

    assert owned.shown(lead)["OwnerId"] == "005R"
    assert owned.held() == []


def test_a_gap_is_over_once_the_records_belong_to_somebody_else(owned: Companies) -> None:
    ann, lead = owned.contact(), owned.lead(OwnerId="005M")
    bob, other = owned.contact("Bob"), owned.lead("Bob", OwnerId="005M")
    owned.settle()
    give(owned, lead, "00G1")
    give(owned, other, "00G1")
    owned.settle()

    give(owned, lead, "005R")
    reread_reps(owned)
    owned.settle()
    assert owned.held() == [("owner", "owner")]  # Bob is still in the queue
    give(owned, other, "005R")
    reread_reps(owned)
    owned.settle()

    assert owned.held() == []
    assert owned.shown(ann)["hubspot_owner_id"] == owned.shown(bob)["hubspot_owner_id"] == "71"


def test_an_archived_owner_is_not_given_records_and_nobody_is_reset(owned: Companies) -> None:
    owned.marketing.people = [owner("71", "Rita Lang", RITA, is_active=False), owner("72", "Mona Lindt", MONA)]
    ann, lead = owned.contact(hubspot_owner_id="72"), owned.lead(OwnerId="005M")
    owned.settle()

    give(owned, lead, "005R")
    owned.settle()

    assert owned.shown(ann)["hubspot_owner_id"] == "72"
    assert owned.held() == [("owner", "owner")]


def test_the_default_owner_gets_what_is_new_and_takes_nothing_from_anybody(make: Make) -> None:
    house = make({"fields": FIELDS | {"owner": OWNER}, "default_owner": MONA})
    house.marketing.people = [*house.marketing.people, owner("79", "Zoe Alt", ZOE)]
    ann, bob = house.contact(hubspot_owner_id="79"), house.contact("Bob")
    lead = house.lead("Bob", OwnerId="005R")
    house.settle()

    give(house, bob, "79")
    house.settle()

    assert house.shown(house.links()[ann])["OwnerId"] == "005M"
    assert house.shown(ann)["hubspot_owner_id"] == "79"
    assert house.shown(lead)["OwnerId"] == "005R"
    assert house.held() == [("owner", "owner")]


def test_a_default_owner_whom_nobody_knows_is_refused_by_line(make: Make) -> None:
    house = make({"fields": FIELDS | {"owner": OWNER}, "default_owner": "nobody@nordlicht.example"})

    with pytest.raises(ConfigError, match=r"objects.contact.default_owner: nobody with this e-mail owns records"):
        house.sync()


def test_a_cleared_owner_clears_nobody(owned: Companies) -> None:
    ann, lead = owned.contact(), owned.lead(OwnerId="005R")
    owned.settle()
    assert owned.shown(ann)["hubspot_owner_id"] == "71"

    give(owned, ann, None)
    owned.settle()

    assert owned.shown(lead)["OwnerId"] == "005R"
    assert owned.held() == []


def test_without_an_owner_field_no_owner_is_written(make: Make) -> None:
    house = make()
    ann = house.contact(hubspot_owner_id="72")

    house.settle()

    assert "OwnerId" not in house.shown(house.links()[ann])
