"""The pages of ops as Otto opens them: conflicts, dead letters, held values, runs and the health of it all."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable
from html import escape, unescape

import pytest
from django.test import Client
from openpyxl import load_workbook

from rules.ladder import Fall
from store import desk, heartbeat, known, ladder
from store.models import Change, Conflict, DeadLetter, Decision, Held, Intent, Known, Record, Run, Touch
from store.sql import now
from sync import swaps
from tests.reports.people import RITA
from tests.web.office import EVIL, ROLES, Office, choose, visit
from web.frame import configuration, written
from web.words.ops import OPS

pytestmark = pytest.mark.django_db

PAGES = [
    "/operations", "/conflicts", "/conflicts.csv", "/conflicts.xlsx", "/conflicts/1",
    "/conflicts/all?object=contact&field=job_title&keep=sales", "/dead", "/dead.csv", "/dead.xlsx", "/held",
    "/held.csv", "/held.xlsx", "/runs", "/runs/1",
]  # fmt: skip
FORMS = [
    "/conflicts/1/decide", "/conflicts/decide", "/dead/1/replay", "/dead/replay", "/dead/1/waive", "/runs/1/pass"
]  # fmt: skip


@pytest.fixture
def office() -> Office:
    return Office()


def dispute(number: int = 1, field: str = "job_title", kind: str = "field", **about: object) -> Conflict:
    """A conflict about one more person."""
    ref = f"hubspot:contacts:{number}"
    values = {"marketing": "Buyer", "sales": "Head of Procurement", "reason": "edited on both sides"} | about
    return Conflict.objects.create(
        object="contact", kind=kind, ref=ref, field=field, opened_at=now() - 90_000_000, **values
    )


def bury(number: int = 1, code: str = "FLOW_FAILED", **about: object) -> DeadLetter:
    values = {"message": "The flow failed: ask your admin", "changes": {"job_title": "Buyer"}} | about
    return DeadLetter.objects.create(
        object="contact", ref=f"hubspot:contacts:{number}", side="sales", code=code, at=now(), **values
    )


def hold(number: int = 1, **about: object) -> Held:
    values = {"field": "job_title", "code": "too_long", "message": "140 characters, Title takes 128"} | about
    return Held.objects.create(object="contact", ref=f"hubspot:contacts:{number}", side="sales", since=now(), **values)


def ran(state: str = "done", **about: object) -> Run:
    result = {"pulled": {"marketing": 2, "sales": 1}, "created": {"sales": 0}, "updated": {"sales": 1},
              "calls": {"hubspot": 3}, "conflicts": 0, "held": 0, "dead": 0}  # fmt: skip
    values = {"result": result} | about
    return Run.objects.create(
        state=state, holder="otto:1", started_at=now() - 5_000, ended_at=now(), lease_until=now(), **values
    )


def brake() -> Run:
    reasons = ["would overwrite values of 60 of 100 linked records, more than 20 % and at least 50"]
    run = ran("braked", totals={"contact": {"deletes": 0, "blanks": 0, "overwrites": 60}})
    Run.objects.filter(id=run.id).update(result=run.result | {"braked": reasons})
    change = {"old": "Lyon", "new": "Paris", "source": "Paris", "rule": "two_way", "reason": "edited in marketing"}
    Intent.objects.create(
        run=run, object="contact", source="hubspot:contacts:1", side="sales", object_name="Lead",
        target="salesforce:Lead:1", changes={"city": change}, state="dropped",
    )  # fmt: skip
    return run


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return str(response.content.decode())


def told(client: Client, path: str, **form: object) -> str:
    """What the page says after a form."""
    response = client.post(path, form, follow=True)
    assert response.status_code == 200
    found = re.search(r'<p class="note calm" role="status">([^<]*)', response.content.decode())
    return found[1] if found else ""


def decide(client: Client, conflict: Conflict, keep: str = "sales") -> str:
    conflict.refresh_from_db()
    return told(client, f"/conflicts/{conflict.id}/decide", keep=keep, seen=desk.fingerprint(conflict))


# -- who may, and how --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["standard", "works_council"])
@pytest.mark.parametrize("name", ROLES)
def test_the_pages_of_ops_exist_for_ops_only(office: Office, name: str, profile: str) -> None:
    choose(profile)
    conflict, letter, run = dispute(), bury(), brake()
    client = visit(name)
    addresses = [path.replace("/conflicts/1", f"/conflicts/{conflict.id}") for path in PAGES + FORMS]
    addresses = [path.replace("/dead/1", f"/dead/{letter.id}") for path in addresses]
    addresses = [path.replace("/runs/1", f"/runs/{run.id}") for path in addresses]

    got = {path: client.get(path).status_code for path in addresses[: len(PAGES)]}
    sent = {path: client.post(path, {"keep": "sales"}).status_code for path in addresses[len(PAGES) :]}

    if name == "otto":
        assert set(got.values()) == {200}
        assert set(sent.values()) == {302}
    else:
        assert set(got.values()) | set(sent.values()) == {404}
        assert not Decision.objects.exists()
        assert DeadLetter.objects.filter(closed_at=None).count() == 1
        assert Run.objects.get().released_at is None


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_nobody_comes_in_without_signing_in(office: Office, path: str) -> None:
    response = Client().post(path) if path in FORMS else Client().get(path)

    assert response.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_never_done_by_a_link(office: Office, path: str) -> None:
    assert visit("otto").get(path).status_code == 405


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_changes_nothing(office: Office, path: str) -> None:
    dispute(), bury(), brake()
    client = Client(enforce_csrf_checks=True)
    client.cookies = visit("otto").cookies

    response = client.post(path, {"keep": "sales", "code": "FLOW_FAILED", "until": "9", "why": "because"})

    assert response.status_code == 403
    assert not Decision.objects.exists()
    assert not Touch.objects.exists()


@pytest.mark.parametrize("number", ["999", "0", "9" * 30])
def test_what_does_not_exist_is_not_found(office: Office, number: str) -> None:
    otto = visit("otto")

    for path in (f"/conflicts/{number}", f"/runs/{number}"):
        text(otto, path, status=404)
    for path in (
        f"/conflicts/{number}/decide", f"/dead/{number}/replay", f"/dead/{number}/waive", f"/runs/{number}/pass"
    ):  # fmt: skip
        assert otto.post(path, {"keep": "sales", "why": "because"}).status_code == 404


@pytest.mark.parametrize("keep", ["", "base", "apart", "link", "Sales"])
def test_an_answer_that_a_conflict_does_not_offer_is_not_found(office: Office, keep: str) -> None:
    conflict = dispute()

    response = visit("otto").post(
        f"/conflicts/{conflict.id}/decide", {"keep": keep, "seen": desk.fingerprint(conflict)}
    )

    assert response.status_code == 404
    assert not Decision.objects.exists()


# -- conflicts ---------------------------------------------------------------------------------------------------------


def test_a_conflict_shows_both_values_the_base_and_no_favoured_answer(office: Office) -> None:
    conflict = dispute(base={"marketing": "Purchasing", "sales": "Purchasing"})

    page = text(visit("otto"), f"/conflicts/{conflict.id}")

    for shown in ("Buyer", "Head of Procurement", "Purchasing", "Both sides changed it"):
        assert shown in page
    assert re.findall(r'<button class="([^"]*)" name="keep" value="(\w+)"', page) == [
        ("btn", "marketing"), ("btn", "sales")
    ]  # fmt: skip


def test_a_merge_that_left_a_pair_shows_the_edits_that_wait_and_may_be_kept_apart(office: Office) -> None:
    others = ["salesforce:Lead:2", "hubspot:contacts:3"]
    conflict = dispute(field="", kind="merged", base={"job_title": "Chief Buyer"}, others=others, reason="x")
    otto = visit("otto")

    page = text(otto, f"/conflicts/{conflict.id}")

    assert "Edited, and not carried over" in page
    assert "Chief Buyer" in page
    assert re.findall(r'name="keep" value="(\w+)"', page) == ["apart"]
    assert "Merged on one side" in text(otto, "/conflicts")
    assert decide(otto, conflict, "apart").startswith("Done.")
    assert Decision.objects.get().state == "open"


def test_an_opt_out_whose_address_moved_stays_until_somebody_has_checked_it(office: Office) -> None:
    conflict = dispute(field="consent", kind="consent", marketing=None, sales=None, others=[], reason=swaps.REASON)
    otto = visit("otto")
    assert "Opt-out to check" in text(otto, "/conflicts?kind=consent")
    assert re.findall(r'name="keep" value="(\w+)"', text(otto, f"/conflicts/{conflict.id}")) == ["seen"]

    decide(otto, conflict, "seen")

    assert Decision.objects.get().state == "done"
    assert "No conflict is open." in text(otto, "/conflicts")
    assert "otto checked this on" in text(otto, f"/conflicts/{conflict.id}")


@pytest.mark.parametrize("kind", ["merged", "consent"])
def test_what_became_of_linked_records_is_asked_in_french_too(office: Office, kind: str) -> None:
    conflict = dispute(field=kind if kind == "consent" else "", kind=kind, reason=swaps.REASON)
    otto = visit("otto", "fr")

    page = text(otto, f"/conflicts/{conflict.id}")

    assert escape(OPS[f"{kind}_kind"][1]) in text(otto, "/conflicts")
    assert OPS[f"advice_{kind}"][1].split("\u00a0")[0][:30] in unescape(page)


def test_a_second_answer_says_that_it_was_done_already(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    conflict, otto = dispute(), visit("otto")

    with caplog.at_level(logging.INFO, logger="store.desk"):
        first, second = decide(otto, conflict, "sales"), decide(otto, conflict, "marketing")

    assert first.startswith("Done.")
    assert second.startswith("This was done already")
    assert [each.keep for each in Decision.objects.all()] == ["sales"]
    assert Touch.objects.get().seen is False
    assert "otto decided this on" in text(otto, f"/conflicts/{conflict.id}")
    assert "decided, on its way" in text(otto, "/conflicts")
    assert caplog.messages == [f"otto decided conflict {conflict.id} about job_title: sales"]


def test_an_old_decision_says_nothing_about_a_new_conflict(office: Office) -> None:
    old, otto = dispute(closed_at=now() - 80_000_000), visit("otto")
    for state in ("changed", "done"):
        Decision.objects.create(
            conflict=old, ref=old.ref, field=old.field, keep="sales", by="otto", at=1, state=state,
            closed_at=now() - 80_000_000,
        )  # fmt: skip
    new = dispute(sales="Chief Buyer")
    Conflict.objects.filter(id=new.id).update(opened_at=now())

    assert "otto" not in text(otto, f"/conflicts/{new.id}").split("<main")[1]
    assert "changed since" not in text(otto, "/conflicts")
    assert "carried out in run" in text(otto, f"/conflicts/{old.id}")


def test_a_conflict_that_closed_meanwhile_is_refused_kindly(office: Office) -> None:
    conflict = dispute(closed_at=now())

    assert decide(visit("otto"), conflict).startswith("This is settled already")

    assert not Decision.objects.exists()


def test_what_changed_since_the_page_was_opened_is_not_decided(office: Office) -> None:
    conflict = dispute()
    seen = desk.fingerprint(conflict)
    Conflict.objects.update(sales="Chief Buyer")

    said = told(visit("otto"), f"/conflicts/{conflict.id}/decide", keep="sales", seen=seen)

    assert said.startswith("The values changed since you opened the page")
    assert not Decision.objects.exists()


def test_many_are_decided_alike_after_a_page_that_says_how_many(office: Office) -> None:
    for number in range(7):
        dispute(number)
    dispute(8, field="city")
    otto = visit("otto")
    path = "/conflicts/all?object=contact&field=job_title&keep=sales"
    assert path.replace("&", "&amp;") in text(otto, "/conflicts?field=job_title")
    page = text(otto, path)
    dispute(9)
    form: dict[str, object] = dict(re.findall(r'name="(object|field|until|keep)" value="([^"]*)"', page))

    said, again = told(otto, "/conflicts/decide", **form), told(otto, "/conflicts/decide", **form)

    assert "Use Salesforce&#x27;s values in 7 conflicts?" in page
    assert said.startswith("7 done")
    assert again.startswith("There was nothing left to do")
    assert {each.field for each in Decision.objects.all()} == {"job_title"}
    assert Touch.objects.count() == 7


def test_a_candidate_is_offered_only_where_it_can_be_linked(office: Office) -> None:
    lead = str(office.know(RITA, last_name="Berger"))
    taken = str(office.know(RITA, last_name="Bergmann"))
    contact = "hubspot:contacts:1"
    for ref, side in ((contact, "marketing"), (lead, "sales"), (taken, "sales")):
        Record.objects.create(
            ref=ref, side=side, object="contact", modified_at=1, hash=1, payload=b"{}", deleted=ref == taken
        )
    conflict = Conflict.objects.create(
        object="contact", kind="match", ref=contact, others=[lead, taken], opened_at=now(),
        reason="several records share this e-mail",
    )  # fmt: skip
    otto = visit("otto")

    page = text(otto, f"/conflicts/{conflict.id}")
    form = {"keep": "link", "other": lead, "seen": desk.fingerprint(conflict)}
    refused = otto.post(f"/conflicts/{conflict.id}/decide", form | {"other": taken})
    said = told(otto, f"/conflicts/{conflict.id}/decide", **form)

    assert "Léa Berger, Acme" in page
    assert page.count('name="other"') == 1
    assert refused.status_code == 404
    assert said.startswith("Done.")
    assert set(Touch.objects.values_list("ref", flat=True)) == {contact, lead}


def test_of_very_many_candidates_some_are_listed(office: Office) -> None:
    others = [f"salesforce:Lead:{number:03}" for number in range(200)]
    conflict = Conflict.objects.create(
        object="contact", kind="match", ref="hubspot:contacts:1", others=others, opened_at=now(),
        reason="several records share this e-mail",
    )  # fmt: skip

    page = text(visit("otto"), f"/conflicts/{conflict.id}")

    assert page.count("Salesforce Lead ") < 70
    assert "and 170 more" in page


def test_where_nothing_can_be_chosen_no_button_stands(office: Office) -> None:
    conflict = Conflict.objects.create(
        object="contact", kind="match", ref="salesforce:Lead:1", others=[], opened_at=now(),
        reason="another record with this e-mail is already linked",
    )  # fmt: skip

    page = text(visit("otto"), f"/conflicts/{conflict.id}")

    assert "Merge the double" in page
    assert f"/conflicts/{conflict.id}/decide" not in page


# -- dead letters, held values, runs -----------------------------------------------------------------------------------


def test_a_replayed_letter_is_closed_and_its_record_touched(office: Office) -> None:
    letter, otto = bury(), visit("otto")

    first, second = told(otto, f"/dead/{letter.id}/replay"), told(otto, f"/dead/{letter.id}/replay")

    assert (first[:5], second[:8]) == ("Done.", "This was")
    letter.refresh_from_db()
    assert (letter.closed_as, letter.closed_by) == ("replayed", "otto")
    assert Touch.objects.get().ref == letter.ref


def test_a_process_that_dies_in_between_has_done_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    conflict, letter = dispute(), bury()

    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(desk, "_touch", die)
    with pytest.raises(SystemExit):
        desk.replay(letter.id, "otto")
    with pytest.raises(SystemExit):
        desk.decide(conflict.id, "sales", "", desk.fingerprint(conflict), "otto")

    assert DeadLetter.objects.filter(closed_at=None).count() == 1
    assert not Decision.objects.exists()


def test_all_with_a_code_are_replayed(office: Office) -> None:
    letters = [bury(number) for number in range(3)]
    bury(4, code="OTHER")
    otto = visit("otto")
    assert "Replay all 3 with FLOW_FAILED" in text(otto, "/dead?code=FLOW_FAILED")

    said = told(otto, "/dead/replay", code="FLOW_FAILED", until=letters[-1].id)

    assert said.startswith("3 done")
    assert list(DeadLetter.objects.filter(closed_at=None).values_list("code", flat=True)) == ["OTHER"]
    assert told(otto, "/dead/replay", code="FLOW_FAILED", until=letters[-1].id).startswith("There was nothing")


def test_a_waived_letter_is_kept_with_its_reason_and_who_gave_it(office: Office) -> None:
    letter, otto = bury(), visit("otto")

    asked = told(otto, f"/dead/{letter.id}/waive", why="  ")
    said, again = (told(otto, f"/dead/{letter.id}/waive", why="left the firm") for _ in range(2))

    assert asked.startswith("Please say why")
    assert (said, again[:8]) == ("Waived, and kept.", "This was")
    assert told(otto, f"/dead/{letter.id}/replay").startswith("This is settled already")
    assert "left the firm" not in text(otto, "/dead")
    page = text(otto, "/dead?show=waived")
    assert "waived by otto on" in page
    assert "left the firm" in page
    assert not Touch.objects.exists()


def test_a_held_value_says_why_and_what_would_release_it(office: Office) -> None:
    hold()
    hold(2, code="FIELD_INTEGRITY_EXCEPTION", message="no such <country>", value="Freedonia")

    page = text(visit("otto"), "/held")

    assert "It is too long for the field. Shorten it" in page
    assert "The system refused it" in page
    assert "no such &lt;country&gt;" in page


def test_a_held_transition_says_what_is_missing_in_the_readers_language(office: Office) -> None:
    hold(code="gate", message="S01-role-industry-country needs job_title, industry: Without the role...")
    hold(2, code="gate", message="gone-rule needs job_title: Because.")

    page = text(visit("otto", "fr"), "/held")

    assert "Il manque\u00a0: " in page
    assert "Sans la fonction et le secteur" in page
    assert "gone-rule needs job_title: Because." in page


def test_a_rule_that_fell_is_announced_to_ops(office: Office) -> None:
    rules = written().rules
    ladder.remember(rules, [Fall("S02-email-valid", "remind", "observe", ("missed", "placeholders"))])

    page = text(visit("otto"), "/operations")

    assert "An e-mail address that can exist" in page
    assert "asked for → measured" in page
    assert "60 % of the reps or more miss it, more than 20 % placeholders" in page
    assert next(rule for rule in configuration().rules.rules if rule.id == "S02-email-valid").is_asked is False


def test_a_run_shows_what_it_wrote(office: Office) -> None:
    run = ran()
    Change.objects.create(
        run=run, ref="salesforce:Lead:1", side="sales", field="city", old="Lyon", new=None, rule="two_way",
        reason="cleared in marketing", at=now(),
    )  # fmt: skip

    page = text(visit("otto"), f"/runs/{run.id}")

    for shown in ("City", "Lyon", "(blank)", "cleared in HubSpot", "HubSpot 2, Salesforce 1"):
        assert shown in page


def test_a_braked_run_is_let_pass_once(office: Office) -> None:
    run, otto = brake(), visit("otto")
    page = text(otto, f"/runs/{run.id}")

    first, second = told(otto, f"/runs/{run.id}/pass"), told(otto, f"/runs/{run.id}/pass")

    assert "would overwrite values of 60 of 100 linked records" in page
    assert "Paris" in page
    assert (first[:5], second[:8]) == ("Done.", "This was")
    assert desk.released() == run.id
    assert "otto let it pass on" in text(otto, f"/runs/{run.id}")
    ran()
    assert desk.released() is None


def test_a_braked_run_that_is_over_has_no_button(office: Office) -> None:
    run, otto = brake(), visit("otto")
    ran("done", stage="audit")
    assert f"/runs/{run.id}/pass" in text(otto, f"/runs/{run.id}")  # a night's audit reads nothing
    ran()

    assert f"/runs/{run.id}/pass" not in text(otto, f"/runs/{run.id}")
    assert told(otto, f"/runs/{run.id}/pass").startswith("This is settled already")
    assert desk.released() is None


# -- lists and files ---------------------------------------------------------------------------------------------------


def test_a_long_list_is_paged_and_keeps_its_filter(office: Office) -> None:
    for number in range(120):
        dispute(number, field="city" if number % 2 else "job_title", marketing=f"v{number:03}")
    otto = visit("otto")

    first, second = text(otto, "/conflicts?field=city"), text(otto, "/conflicts?field=city&page=2")

    assert "1–25 of 60" in first
    assert 'href="?field=city&amp;page=2"' in first
    assert ("v049" in first, "v051" in first, "v051" in second) == (True, False, True)
    assert 'aria-current="page" aria-label="Page 2"' in second
    for odd in ("0", "-1", "99", "x", "9" * 30, "%00"):
        assert "of 60" in text(otto, f"/conflicts?field=city&page={odd}")


@pytest.mark.parametrize(
    ("path", "make"), [("/conflicts", dispute), ("/dead", bury), ("/held", hold), ("/runs", lambda _: ran())]
)
def test_a_page_of_many_rows_asks_the_database_no_more_often(
    office: Office, path: str, make: Callable[[int], object], django_assert_max_num_queries: Callable[..., object]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    otto = visit("otto")
    for number in range(2):
        make(number)
    with CaptureQueriesContext(connection) as few:
        text(otto, path)
    for number in range(2, 45):
        make(number)

    with CaptureQueriesContext(connection) as many:
        text(otto, path)

    assert len(many) == len(few)


@pytest.mark.parametrize("path", ["/conflicts", "/dead", "/held"])
def test_a_file_holds_every_row_of_the_list_and_no_formula(office: Office, path: str) -> None:
    for number in range(60):
        dispute(number, marketing="=1+1"), bury(number, message="=1+1"), hold(number, value="=1+1")
    otto = visit("otto")

    rows = list(csv.reader(io.StringIO(text(otto, f"{path}.csv"))))
    sheet = load_workbook(io.BytesIO(otto.get(f"{path}.xlsx").content)).worksheets[0]

    assert len(rows) == sheet.max_row == 61
    assert "'=1+1" in rows[1]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_a_file_has_the_rows_of_the_filter(office: Office) -> None:
    dispute(1), dispute(2, field="city")

    assert len(text(visit("otto"), "/conflicts.csv?field=city").splitlines()) == 2


def test_what_people_wrote_is_never_markup(office: Office) -> None:
    lead = str(office.know(RITA, first_name=None, last_name=EVIL))
    conflict = dispute(1, marketing=EVIL, sales=EVIL, base={"marketing": EVIL, "sales": "x"})
    Conflict.objects.update(ref=lead)
    letter, held, run = bury(1, message=EVIL, changes={"city": EVIL}), hold(1, value=EVIL, message=EVIL), ran()
    DeadLetter.objects.update(ref=lead)
    Held.objects.update(ref=lead)
    Change.objects.create(
        run=run, ref=lead, side="sales", field=EVIL, old=EVIL, new=EVIL, rule="x", reason=EVIL, at=now()
    )
    otto = visit("otto")
    told(otto, f"/dead/{letter.id}/waive", why=EVIL)
    bury(2, code=EVIL, message=EVIL)

    paths = ["/conflicts", f"/conflicts/{conflict.id}", "/dead", "/dead?show=waived", "/held", f"/runs/{run.id}"]
    for path in [*paths, f"/conflicts?kind={EVIL}", f"/dead?code={EVIL}", "/operations", f"/dead?said={EVIL}"]:
        assert "<script" not in text(otto, path), path
    for path in paths:
        assert "&lt;script&gt;" in text(otto, path), path
    assert held.value == EVIL


# -- health, and the languages -----------------------------------------------------------------------------------------


def test_health_says_what_waits_why_and_what_to_do(office: Office) -> None:
    dispute(1), dispute(2), bury(), hold(), ran()
    heartbeat.beat()
    known.learn("reps", {"without_manager": ["Mona Weber"]})
    office.know(RITA, "Contact")

    page = text(visit("otto"), "/operations")

    for shown in ("4 wait for a person", "Job title 2", "FLOW_FAILED 1", "alive", "Mona Weber", "Company"):
        assert shown in page


def test_health_of_nothing_says_so(office: Office) -> None:
    page = text(visit("otto"), "/operations")

    for shown in ("Nothing has run yet", "never seen", "Reps have not been read yet", "Every field could be checked"):
        assert shown in page


def test_a_silent_worker_shows(office: Office) -> None:
    heartbeat.beat()
    Known.objects.update(read_at=now() - 600_000)

    page = text(visit("otto"), "/operations")

    assert "silent" in page
    assert "last sign 10" in page


def test_full_pages_are_french_for_who_chose_it(office: Office) -> None:
    """No English sentence of ours is left where everything has something to show."""
    conflict, run = dispute(base={"marketing": "A", "sales": "B"}), brake()
    dispute(2), bury(), bury(2), hold()
    match = Conflict.objects.create(
        object="contact", kind="match", ref="hubspot:contacts:7", others=["salesforce:Lead:9"], opened_at=now(),
        reason="several records share this e-mail",
    )  # fmt: skip
    gone = Conflict.objects.create(
        object="contact", kind="deleted", ref="hubspot:contacts:8", others=["salesforce:Lead:8"], opened_at=now(),
        reason="deleted in sales, edited in marketing",
    )  # fmt: skip
    paths = [
        "/operations", "/conflicts?field=job_title", f"/conflicts/{conflict.id}", f"/conflicts/{match.id}",
        f"/conflicts/{gone.id}", "/conflicts/all?object=contact&field=job_title&keep=sales", "/dead?code=FLOW_FAILED",
        "/held", "/runs", f"/runs/{run.id}",
    ]  # fmt: skip
    otto = visit("otto", "fr")

    for path in paths:
        page = text(otto, path)
        visible = re.sub(r'<span[^>]*lang="en">[^<]*</span>', "", page)
        english = [en for en, fr in OPS.values() if en != fr and len(en) > 8 and "{" not in en and en in visible]
        assert english == [], path
        assert "edited" not in visible
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
        assert page.count("<h1") == 1
