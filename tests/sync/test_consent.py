"""Law 9: consent is a ratchet. An opt-out travels at once, past everything, and no sync takes one back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FieldInfo, Policy, Refused, Unavailable
from crm.record import Ref, Side
from store import desk, known, models
from store.models import Change, Conflict, ConsentTouch, DeadLetter, Decision
from sync.consent import Standing, settle
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House, hubspot, salesforce
from wiring import undoing
from wiring.planning import planned

OPT_OUT = {"marketing": "hs_email_optout", "sales": "HasOptedOutOfEmail", "type": "bool", "rule": "consent"}


@pytest.fixture
def make(make_house: MakeHouse) -> MakeHouse:
    """Builds houses whose HubSpot keeps opt-outs by address and whose Salesforce has a flag."""

    def make(**about: Any) -> House:
        shown = FieldInfo("hs_email_optout", "Opted out", "bool", writable=False, creatable=False)
        flag = FieldInfo("HasOptedOutOfEmail", "Opted out", "boolean")
        fields = {"opt_out": OPT_OUT} | about.pop("fields", {})
        marketing = hubspot(shown, preferences=("email", "hs_email_optout"))
        return make_house(marketing=marketing, sales=salesforce(flag), fields=fields, **about)

    return make


@pytest.fixture
def home(make: MakeHouse) -> House:
    return make()


def is_out(house: House, *refs: Ref) -> list[bool]:
    """Whether each record shows an opt-out."""
    names = {"hubspot": "hs_email_optout", "salesforce": "HasOptedOutOfEmail"}
    return [house.shown(ref).get(names[ref.system]) in (True, "true") for ref in refs]


def consents(house: House) -> list[tuple[str, str | None, str | None, str]]:
    """The history of opt-outs: side, old, new, rule."""
    return [(side, old, new, rule) for side, field, old, new, rule in house.history() if field == "opt_out"]


def test_an_opt_out_in_hubspot_reaches_salesforce_in_the_same_pass(home: House) -> None:
    """Ann follows the link at the foot of a mail."""
    marketing, sales = home.pair()

    home.marketing.unsubscribe("ann@x.com")
    home.sync()

    assert is_out(home, marketing, sales) == [True, True]
    assert consents(home) == [("sales", None, "true", "consent")]


def test_an_opt_out_in_salesforce_unsubscribes_the_address(home: House) -> None:
    """Ann tells Rita on the phone; HubSpot's property is read-only, so the address is opted out."""
    marketing, sales = home.pair()

    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.sync()

    assert is_out(home, marketing, sales) == [True, True]
    assert home.marketing.opt_out_calls == 1
    assert consents(home) == [("marketing", None, "true", "consent")]


def test_a_quiet_pair_that_opted_out_costs_nothing_more(home: House) -> None:
    """It settles like anything else."""
    _, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()
    calls, told = home.marketing.calls, home.marketing.opt_out_calls

    home.sync()

    assert home.marketing.opt_out_calls == told == 1
    assert home.marketing.calls - calls <= 2
    assert not ConsentTouch.objects.exists()


def test_an_opt_out_travels_out_of_scope_too_and_an_untick_does_not_subscribe_again(make: MakeHouse) -> None:
    """Scenario 8: she leaves the list, opts out in HubSpot, and Rita unticks the box in Salesforce."""
    home = make(contact={"scope": {"marketing": {"field": "contact.title", "op": "eq", "value": "in"}, "sales": None}})
    marketing, sales = home.contact(jobtitle="in"), home.lead(Title="in")
    home.settle()
    assert home.links() == {marketing: sales}
    home.marketing.edit(marketing, jobtitle="out")
    home.sales.edit(sales, Title="out")
    home.settle()

    home.marketing.unsubscribe("ann@x.com")
    home.settle()
    assert is_out(home, marketing, sales) == [True, True]
    home.sales.edit(sales, HasOptedOutOfEmail=False)
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert consents(home)[-1] == ("sales", "false", "true", "consent")
    assert Change.objects.last().reason == "the person has opted out, and no sync takes that back"  # type: ignore[union-attr]
    assert home.conflicts() == []


def test_whoever_is_made_opted_out_in_salesforce_is_unsubscribed_before_hubspot_has_a_contact(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No list can hold her for a moment: her address is opted out first, and the contact comes to be like that."""
    home.lead(HasOptedOutOfEmail=True)
    told: list[int] = []
    write_many = home.marketing.write_many

    def watched(*arguments: Any) -> Any:
        told.append(home.marketing.opt_out_calls)
        return write_many(*arguments)

    monkeypatch.setattr(home.marketing, "write_many", watched)

    home.sync()

    assert told == [1]
    assert [each.fields["hs_email_optout"] for each in home.marketing.everything("contacts")] == ["true"]
    assert home.marketing.opt_out_calls == 1


def test_whoever_is_made_in_salesforce_from_an_opted_out_contact_has_the_flag_at_once(home: House) -> None:
    """The flag goes with the create: no flow over there sees her without it."""
    home.contact()
    home.marketing.unsubscribe("ann@x.com")

    home.sync()

    [lead] = home.sales.everything("Lead")
    assert lead.fields["HasOptedOutOfEmail"] is True
    assert home.sales.writes == 1


def test_nobody_out_of_scope_whom_hubspot_does_not_know_is_told_to_it(make: MakeHouse) -> None:
    """Her address has no business there."""
    home = make(contact={"scope": {"marketing": "all", "sales": {"field": "contact.title", "op": "eq", "value": "in"}}})
    home.lead(HasOptedOutOfEmail=True, Title="out")

    home.settle()

    assert home.marketing.opt_out_calls == 0
    assert home.people() == (0, 1)


def test_an_opt_out_passes_a_braked_round(make: MakeHouse) -> None:
    """The round stops before its first write; the opt-out is no write of the round."""
    home = make(brakes={"overwrites": 0, "floor": 1})
    marketing, sales = home.pair()
    home.marketing.edit(marketing, jobtitle="CEO", phone="+33 1 99 00 12 34")
    home.settle()
    home.marketing.edit(marketing, jobtitle="CTO")
    home.marketing.unsubscribe("ann@x.com")

    result = home.sync()

    assert result["state"] == "braked"
    assert home.shown(sales)["Title"] == "CEO"
    assert is_out(home, sales) == [True]


def test_an_opt_out_passes_a_conflict_and_a_held_field(make: MakeHouse) -> None:
    """What waits for a person or for a change does not keep her on a list."""
    home = make(fields={"title": {"on_conflict": "ask"}})
    marketing, sales = home.pair()
    home.marketing.edit(marketing, jobtitle="CEO")
    home.sales.edit(sales, Title="CTO")
    home.sales.refuse(1, Policy.HELD, field_name="LastName")
    home.marketing.edit(marketing, lastname="Zed")
    home.sync()
    assert home.conflicts() == [("field", "title")]
    assert home.held() == [("last_name", "REFUSED")]

    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert home.conflicts() == [("field", "title")]


def test_an_opt_out_reaches_whoever_shares_the_address_though_nobody_knows_who_is_who(home: House) -> None:
    """Two contacts in Salesforce with one address: neither is linked, both are out."""
    marketing, one, other = home.contact(), home.person(), home.person()
    home.settle()
    assert home.links() == {}

    home.marketing.unsubscribe("ann@x.com")
    home.settle()

    assert is_out(home, marketing, one, other) == [True, True, True]


def test_nothing_travels_before_somebody_has_chosen_who_takes_part(make: MakeHouse) -> None:
    """A fresh installation writes nothing at all."""
    home = make(contact={"scope": {}})
    sales = home.lead(HasOptedOutOfEmail=True)
    home.contact()

    home.sync()

    assert home.marketing.opt_out_calls == 0
    assert is_out(home, sales) == [True]


def test_nothing_travels_beside_hubspots_own_integration(make: MakeHouse) -> None:
    """`mode: beside` leaves every write to it."""
    home = make(mode="beside")
    home.lead(HasOptedOutOfEmail=True)
    home.contact()

    home.sync()

    assert (home.marketing.opt_out_calls, home.writes()) == (0, 0)


@pytest.mark.parametrize("side", ["marketing", "sales"])
def test_an_opt_out_is_not_lost_with_the_address(home: House, side: str) -> None:
    """In HubSpot the opt-out is of the address: when she gets another one, that is opted out as well."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()

    if side == "marketing":
        home.marketing.edit(marketing, email="ann@new.com")
    else:
        home.sales.edit(sales, Email="ann@new.com")
    home.settle()

    assert home.shown(marketing)["email"] == home.shown(sales)["Email"] == "ann@new.com"
    assert is_out(home, marketing, sales) == [True, True]
    assert home.marketing.opted_out.keys() >= {"ann@x.com", "ann@new.com"}
    assert home.conflicts() == []


def test_a_later_subscription_becomes_a_question_and_nothing_happens_by_itself(home: House) -> None:
    """Ann subscribes again on the website."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()

    home.marketing.subscribe("ann@x.com")
    home.settle()

    assert home.conflicts() == [("subscribed", "opt_out")]
    assert is_out(home, marketing, sales) == [False, True]
    home.marketing.edit(marketing, jobtitle="CEO")
    home.settle()
    assert home.conflicts() == [("subscribed", "opt_out")]
    assert home.shown(sales)["Title"] == "CEO"


@pytest.mark.parametrize(("keep", "out"), [("marketing", False), ("sales", True)])
def test_a_person_decides_with_one_click_what_a_later_subscription_means(home: House, keep: str, out: bool) -> None:
    """Mark asks Ann, and then says so."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()
    home.marketing.subscribe("ann@x.com")
    home.settle()
    [conflict] = Conflict.objects.filter(closed_at=None)

    assert desk.decide(conflict.id, keep, "", desk.fingerprint(conflict), "mark") is desk.Said.DONE
    shown = [(each.record, each.decision, each.becomes) for each in planned(home.service, 0, 1).lines]
    home.settle()

    assert shown == [(str(marketing), "opt_out", "true") if out else (str(sales), "write", "false")]
    assert is_out(home, marketing, sales) == [out, out]
    assert home.conflicts() == []
    assert Decision.objects.get().state == "done"
    assert consents(home)[-1][1:] == (("false", "true", "consent") if out else ("true", "false", "decided"))
    home.sales.edit(sales, Title="CFO")
    home.settle()
    assert is_out(home, marketing, sales) == [out, out]


def test_no_undo_moves_what_a_person_decided_about_an_opt_out(home: House) -> None:
    """Neither the undo, nor the undo of one that wrote before this was so, opts anybody in or out."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()
    home.marketing.subscribe("ann@x.com")
    home.settle()
    [conflict] = Conflict.objects.filter(closed_at=None)
    desk.decide(conflict.id, "marketing", "", desk.fingerprint(conflict), "mark")
    home.settle()
    run = Change.objects.get(field="opt_out", rule="decided").run_id

    home.service.undo(undoing.wanted(run, None, archive_created=False))
    home.settle()

    assert is_out(home, marketing, sales) == [False, False]


def test_an_opt_out_waits_while_its_field_is_gone_and_travels_when_it_is_back(home: House) -> None:
    """An administrator takes the flag away for an hour."""
    marketing, sales = home.pair()
    whole = home.sales.objects
    home.sales.objects = salesforce().objects
    known.forget("schema.")
    home.settle()

    home.marketing.unsubscribe("ann@x.com")
    home.marketing.edit(marketing, jobtitle="CEO")
    home.sync()
    home.sync()
    assert home.shown(sales)["Title"] == "CEO", "all else goes on"

    home.sales.objects = whole
    known.forget("schema.")
    ConsentTouch.objects.update(due_at=0)
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert home.dead() == []


def test_an_older_subscription_does_not_stand_against_an_opt_out(home: House) -> None:
    """HubSpot forgot the opt-out (a restored contact, an import): the address is opted out again."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()

    del home.marketing.opted_out["ann@x.com"]
    home.marketing.edit(marketing, email="ann@x.com", jobtitle="CEO")
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert home.conflicts() == []


def test_an_opt_out_that_hubspot_refuses_is_kept_for_a_person_and_can_be_replayed(home: House) -> None:
    """Law 8: never forgotten."""
    marketing, sales = home.pair()
    home.marketing.refused_addresses.append(Refused(Policy.DEAD, "MISSING_SCOPES", "add the scope"))
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.settle()
    assert home.dead() == ["MISSING_SCOPES"]
    assert is_out(home, marketing) == [False]

    [letter] = DeadLetter.objects.filter(closed_at=None)
    desk.replay(letter.id, "otto")
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert home.dead() == []


def test_an_answer_that_was_lost_is_found_in_the_history_all_the_same(home: House) -> None:
    """Killed between the write and its line: the next pass writes the line, and the flag once."""
    marketing, sales = home.pair()
    home.marketing.unsubscribe("ann@x.com")
    home.sales.lose_answers(1)
    home.sync()
    assert is_out(home, sales) == [True]
    ConsentTouch.objects.update(due_at=0)

    home.settle()

    assert consents(home) == [("sales", None, "true", "consent")]
    assert is_out(home, marketing, sales) == [True, True]


def test_a_busy_hubspot_forgets_no_opt_out(home: House) -> None:
    """The pass fails, the next one goes on."""
    marketing, sales = home.pair()
    home.sales.edit(sales, HasOptedOutOfEmail=True)
    home.service.engine.pull()
    home.marketing.unavailable = True
    with pytest.raises(Unavailable):
        home.sync()

    home.marketing.unavailable = False
    home.settle()

    assert is_out(home, marketing, sales) == [True, True]
    assert models.ConsentTouch.objects.count() == 0


def test_a_plan_shows_who_would_be_opted_out_where_and_why(home: House) -> None:
    """Otto reads it before the pass, which then does just that; who subscribed anew is a question."""
    (_, ann_lead), (bea, bea_lead), (zoe, _) = home.pair("Ann"), home.pair("Bea"), home.pair("Zoe")
    home.marketing.unsubscribe("zoe@x.com")
    home.settle()
    home.marketing.subscribe("zoe@x.com")
    home.marketing.unsubscribe("ann@x.com")
    home.sales.edit(bea_lead, HasOptedOutOfEmail=True)
    cid = home.lead("Cid", HasOptedOutOfEmail=True)
    writes, told = home.writes(), home.marketing.opt_out_calls

    for _ in range(2):
        shown = planned(home.service, 0, 1)

    about = [each for each in shown.lines if each.field == "opt_out"]
    lines = [(each.record, each.to, each.decision, each.marketing, each.sales, each.becomes) for each in about]
    assert sorted(lines) == sorted([
        (str(cid), "marketing", "opt_out", None, "true", "true"),
        (str(ann_lead), "sales", "opt_out", "true", None, "true"),
        (str(bea), "marketing", "opt_out", None, "true", "true"),
        (str(zoe), "", "ask", "false", "true", None),
    ])  # fmt: skip
    assert {each.record: each.reason for each in about}[str(bea)] == "opted out in sales"
    assert {each.record: each.reason for each in about}[str(ann_lead)] == "opted out in marketing"
    assert shown.totals["opt_outs"] == 3
    assert (home.writes(), home.marketing.opt_out_calls, home.conflicts()) == (writes, told, [])
    home.settle()
    assert is_out(home, ann_lead, bea) == [True, True]
    assert home.conflicts() == [("subscribed", "opt_out")]
    assert planned(home.service, 0, 1).total == 0


def test_what_is_stored_of_an_opt_out_does_not_say_whose_it_is(home: House) -> None:
    """The list of those who opted out is no list of addresses."""
    home.pair()
    home.marketing.unsubscribe("ann@x.com")
    home.settle()

    [row] = models.OptOut.objects.all()
    assert len(row.address) == 64
    assert "ann" not in row.address


@pytest.mark.parametrize(
    "step",
    ["before opt_out", "after opt_out", "before write_many", "after write_many", "before save", "after look_again"],
)
def test_killed_at_any_step_every_opt_out_arrives_once_and_has_its_line(home: House, step: str) -> None:
    """Law 5: the next passes end where an undisturbed one does."""
    (ann, ann_lead), (bea, bea_lead) = home.pair("Ann"), home.pair("Bea")
    home.sales.edit(ann_lead, HasOptedOutOfEmail=True)
    home.marketing.unsubscribe("bea@x.com")
    cid = home.lead("Cid", HasOptedOutOfEmail=True)

    sync_until(home, step)
    home.resume()
    home.settle()

    [cid_contact] = [marketing for marketing, sales in home.links().items() if sales == cid]
    assert is_out(home, ann, ann_lead, bea, bea_lead, cid, cid_contact) == [True] * 6
    written = Change.objects.filter(field="opt_out", rule="consent").values_list("ref", "side", "new")
    assert sorted(written) == sorted(
        [(str(ann), "marketing", "true"), (str(bea_lead), "sales", "true"), (str(cid), "marketing", "true")]
    )
    assert not ConsentTouch.objects.exists()


ADDRESSES = ("a@x.com", "b@x.com", "c@x.com", None)
PEOPLE = [Ref("hubspot", "contacts", str(n)) for n in range(3)], [Ref("salesforce", "Lead", str(n)) for n in range(3)]


@given(
    st.lists(st.tuples(st.sampled_from(ADDRESSES), st.sampled_from([True, False, None])), min_size=6, max_size=6),
    st.permutations(range(3)),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from(ADDRESSES[:3]), st.booleans()),
)
def test_an_opt_out_only_ever_spreads(
    shown: list[tuple[str | None, bool | None]], order: list[int], pairs: int, known: dict[str, bool]
) -> None:
    """Law 9 as a property: who is out stays out, who is paired or shares the address is out too, and doing what is
    decided leaves nothing to do."""
    refs = [*((ref, Side.MARKETING) for ref in PEOPLE[0]), *((ref, Side.SALES) for ref in PEOPLE[1])]
    people = [Standing(ref, side, *each) for (ref, side), each in zip(refs, shown, strict=True)]
    linked = {PEOPLE[0][n]: PEOPLE[1][order[n]] for n in range(pairs)}
    linked |= {sales: marketing for marketing, sales in linked.items()}
    scope = set(PEOPLE[1])

    done = settle(people, linked, known, scope)

    assert done.out >= {*known, *(each.address for each in people if each.is_out and each.address)}
    out = {each.ref for each in people if each.is_out} | done.mark.keys()
    out |= {each.ref for each in people if each.address in done.out}
    for each in people:
        if each.side is Side.SALES and (each.address in done.out or linked.get(each.ref) in out):
            assert each.ref in out
    after = []
    for each in people:
        is_out = each.ref in out if each.side is Side.SALES else each.address in done.out
        after.append(Standing(each.ref, each.side, each.address, is_out))
    again = settle(after, linked, dict.fromkeys(done.out, True), scope)
    assert (again.news, again.tell, again.mark, again.doubtful) == (set(), {}, {}, {})
