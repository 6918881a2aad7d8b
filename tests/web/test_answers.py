"""Rita answers from her digest and from her own page: only her POST acts, and every odd link has its clear page."""

from __future__ import annotations

import html
import re
from dataclasses import asdict
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from alerts import ticket as tickets
from alerts.ticket import Ticket, mark_of
from connectors.base import FieldInfo
from crm.record import Ref
from store import known, models
from store.models import Answer, Gap
from tests.reports.people import HUGO, LUC, RITA
from tests.web.office import EVIL, PASSWORD, Office, choose, visit
from web.middleware import POLICY
from web.words.answers import ANSWERS

pytestmark = pytest.mark.django_db
EMAIL, ROLE = "S02-email-valid", "S01-role-industry-country"


@pytest.fixture
def office() -> Office:
    """Everybody knows somebody whose e-mail cannot be one; the privacy profile is chosen."""
    office = Office()
    office.open_gaps()
    choose("standard")
    return office


def link(rep: str = RITA, rule: str = EMAIL, field: str = "email", mark: str = "", ref: str | None = None) -> str:
    """The address that a digest gives to a rep."""
    ref = ref or Gap.objects.get(rule=rule, rep=rep).ref
    return f"/answer/{Ticket(rep, rule, ref, field, mark).sign()}"


def qualified(office: Office, **fields: Any) -> Ref:
    """Rita's qualified lead, of whom nothing is known that S01 asks for."""
    blank = {"job_title": None, "industry": None, "country": None, "last_name": "Qualified"}
    ref = office.know(RITA, **(blank | fields))
    Gap.objects.create(
        rule=ROLE, ref=str(ref), object="contact", fields=[name for name in blank if name != "last_name"],
        owed_by="sales", rep=RITA, since=1,
    )  # fmt: skip
    return ref


def describe(*fields: FieldInfo) -> None:
    """What Salesforce said of its leads."""
    known.learn("schema.sales.Lead", [asdict(each) for each in fields])


def everything() -> dict[str, list[Any]]:
    """Every row of what the product keeps."""
    tables = [each for each in vars(models).values() if isinstance(each, type) and issubclass(each, Model)]
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables}


def content(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing_however_often(office: Office, method: str) -> None:
    """A scanner of mails follows the link, with and without Rita's session."""
    before = everything()

    for client in (visit("rita"), Client(), visit("rita"), visit("luc")):
        for _ in range(2):
            getattr(client, method)(link(mark=mark_of("x")))

    assert everything() == before | {"Profile": everything()["Profile"]}


def test_the_page_says_what_is_missing_why_and_what_comes_back(office: Office) -> None:
    page = content(visit("rita").get(link()))

    assert "<h1>Léa Ritasclient</h1>" in page
    assert "A wrong address bounces" in page
    assert "Your invitations and follow-ups reach this person." in page
    assert "about 10\u00a0s" in page
    assert 'type="email"' in page


def test_the_page_loads_nothing_and_has_no_script_or_style(office: Office) -> None:
    response = visit("rita").get(link())

    page = response.content.decode()
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert page.count("<h1") == 1


def test_an_expired_session_comes_back_to_the_same_page(office: Office) -> None:
    client, there = Client(), link()

    door = client.get(there)
    signed_in = client.post(door.headers["Location"], {"username": "rita", "password": PASSWORD, "next": there})

    assert door.status_code == 302
    assert "Ritasclient" not in content(door)
    assert signed_in.headers["Location"] == there
    assert "Léa Ritasclient" in content(client.get(there))


def test_only_the_forms_own_post_acts(office: Office) -> None:
    rita = Client(enforce_csrf_checks=True)
    rita.cookies = visit("rita").cookies
    there = link()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', rita.get(there).content.decode())
    assert token

    forged = rita.post(there, {"answer-email": "lea@client.example"})
    stored_by_the_forged = Answer.objects.exists()
    done = rita.post(there, {"answer-email": "lea@client.example", "csrfmiddlewaretoken": token[1]})

    assert (forged.status_code, stored_by_the_forged) == (403, False)
    assert done.status_code == 302
    [answer] = Answer.objects.all()
    assert (answer.rule, answer.field, answer.value, answer.was, answer.rep, answer.by, answer.state) == (
        EMAIL, "email", "lea@client.example", "no-at-sign", RITA, "rita", "open",
    )  # fmt: skip


def test_an_answer_wakes_the_sync_up_and_says_when_it_will_be_there(
    office: Office, django_capture_on_commit_callbacks: Any
) -> None:
    rita, there = visit("rita"), link()

    with django_capture_on_commit_callbacks() as woken:
        done = rita.post(there, {"answer-email": "lea@client.example"}, follow=True)

    assert len(woken) == 1
    assert "Thank you" in content(done)
    assert "The next pass begins within 1\u00a0min: then it is in Salesforce" in content(done)


def test_a_second_answer_is_thanked_and_changes_nothing(office: Office) -> None:
    rita, there = visit("rita"), link()
    rita.post(there, {"answer-email": "lea@client.example"})

    again = rita.post(there, {"answer-email": "other@client.example"})

    assert "Thank you" in content(again)
    assert [each.value for each in Answer.objects.all()] == ["lea@client.example"]


@pytest.mark.parametrize("name", ["luc", "hugo", "mona", "elise", "mark", "otto"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_may_use_ritas_link(office: Office, name: str, method: str) -> None:
    """Not even her manager: she sees what is open, and answers nothing in another's name."""
    response = getattr(visit(name), method)(link(), {"answer-email": "lea@client.example"})

    assert response.status_code == 404
    assert "Ritasclient" not in content(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["mark", "otto"])
def test_a_link_is_worth_nothing_without_a_rep(office: Office, name: str) -> None:
    response = visit(name).get(f"/answer/{Ticket('', EMAIL, Gap.objects.filter(rep=RITA)[0].ref).sign()}")

    assert response.status_code == 404


def test_a_link_to_a_record_of_another_team_opens_nothing(office: Office) -> None:
    """However it was signed: Hugo's record is not Rita's."""
    ref = Gap.objects.get(rule=EMAIL, rep=HUGO).ref

    response = visit("rita").post(link(ref=ref), {"answer-email": "lea@client.example"})

    assert "Hugosclient" not in content(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda text: text[:-3], lambda text: "x" + text, lambda text: "abc", lambda _: "a:b:c"]
)
def test_a_forged_link_is_told_apart_from_nothing(office: Office, change: Any) -> None:
    start, _, signed = link().rpartition("/")

    response = visit("rita").post(f"{start}/{change(signed)}", {"answer-email": "lea@client.example"})

    assert response.status_code == 404
    assert "This link cannot be used" in content(response)
    assert not Answer.objects.exists()


def test_an_old_link_says_that_it_is_old(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MAX_AGE", -1)

    response = visit("rita").get(link())

    assert response.status_code == 410
    assert "This link is too old" in content(response)
    assert "Ritasclient" not in content(response)


def test_what_was_settled_is_thanked_for(office: Office) -> None:
    there = link()
    Gap.objects.filter(rep=RITA).delete()

    for method in ("get", "post"):
        assert "Already answered, thank you" in content(getattr(visit("rita"), method)(there))
    assert not Answer.objects.exists()


def test_a_record_in_other_hands_is_no_longer_ritas(office: Office) -> None:
    there = link()
    Gap.objects.filter(rep=RITA).update(rep=LUC)

    response = visit("rita").post(there, {"answer-email": "lea@client.example"})

    assert "No longer yours to answer" in content(response)
    assert "Ritasclient" not in content(response)
    assert "Luc" not in content(response)
    assert not Answer.objects.exists()


def test_a_measured_rule_asks_nobody(office: Office) -> None:
    office.know(RITA, phone="12")
    office.audit()

    response = visit("rita").get(link(rule="S04-phone-valid", field="phone"))

    assert "Already answered" in content(response)


def test_an_option_of_the_link_is_preselected_and_no_other(office: Office) -> None:
    ref = qualified(office)
    describe(FieldInfo("Industry", "Industry", "picklist", offered=("Retail", "Energy", "Food")))

    page = content(visit("rita").get(link(rule=ROLE, field="industry", mark=mark_of("Energy"), ref=str(ref))))

    assert re.findall(r'value="(\w+)" checked', page) == ["Energy"]
    assert "checked" not in content(visit("rita").get(link(rule=ROLE, field="industry", ref=str(ref))))
    assert "checked" not in content(
        visit("rita").get(link(rule=ROLE, field="industry", mark=mark_of("Steel"), ref=str(ref)))
    )


def test_one_page_takes_several_answers_and_one_is_enough(office: Office) -> None:
    ref = str(qualified(office))
    describe(FieldInfo("Industry", "Industry", "picklist", offered=("Retail", "Energy", "Food")))
    rita = visit("rita")

    rita.post(link(rule=ROLE, ref=ref), {"answer-job_title": " Head  of purchasing ", "answer-country": "  "})
    page = content(rita.get(link(rule=ROLE, ref=ref)))
    rita.post(link(rule=ROLE, ref=ref), {"answer-industry": "Food", "answer-country": "France"})

    assert sorted(Answer.objects.values_list("field", "value")) == [
        ("country", "France"), ("industry", "Food"), ("job_title", "Head of purchasing"),
    ]  # fmt: skip
    assert "An answer is on its way." in page
    assert 'name="answer-job_title"' not in page


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("email", "no-at-sign", "No mail could reach that address."),
        ("email", "n/a", "That would count as blank."),
        ("email", "", "Please give at least one answer."),
        ("email", "x" * 70 + "@client.example", "No mail could reach that address."),
    ],
)
def test_what_is_no_answer_is_refused_kindly_and_kept_in_the_form(
    office: Office, field: str, text: str, problem: str
) -> None:
    response = visit("rita").post(link(field=field), {f"answer-{field}": text})

    assert response.status_code == 400
    assert problem in content(response)
    assert not text or f'value="{text}"' in content(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("job_title", "B" * 31, "At most 30 characters fit there."),
        ("industry", "Steel", "Please choose one of the options."),
        ("country", "TBD", "That would count as blank."),
    ],
)
def test_an_answer_is_held_against_what_salesforce_describes(
    office: Office, field: str, text: str, problem: str
) -> None:
    ref = str(qualified(office))
    describe(
        FieldInfo("Title", "Title", "string", max_length=30),
        FieldInfo("Industry", "Industry", "picklist", offered=("Food",)),
    )

    response = visit("rita").post(link(rule=ROLE, ref=ref), {f"answer-{field}": text})

    assert response.status_code == 400
    assert problem in content(response)


def test_what_cannot_be_written_from_here_says_where(office: Office) -> None:
    describe(FieldInfo("Email", "Email", "email", writable=False))

    page = content(visit("rita").get(link()))

    assert "This can only be answered in Salesforce itself." in page
    assert 'name="answer-email"' not in page


@pytest.mark.parametrize("path", ["mine", "link"])
def test_a_script_in_a_name_or_an_answer_is_text(office: Office, path: str) -> None:
    Gap.objects.all().delete()
    ref = str(qualified(office, last_name=EVIL))
    describe(FieldInfo("Industry", "Industry", "picklist", offered=(EVIL, "Food")))
    rita, there = visit("rita"), link(rule=ROLE, ref=ref)
    rita.post(there, {"answer-industry": EVIL, "answer-job_title": EVIL, "from": "mine"})
    Answer.objects.filter(field="job_title").update(state="refused", message=EVIL)

    page = rita.get("/mine" if path == "mine" else there).content.decode()

    assert "<script" not in page
    assert "&lt;script&gt;alert" in page


def test_ritas_page_asks_in_place_and_says_what_became_of_her_answers(office: Office) -> None:
    rita = visit("rita")
    page = rita.get("/mine").content.decode()
    action = re.search(r'action="(/answer/[^"]+)"', page)
    assert action

    done = rita.post(action[1], {"answer-email": "lea@client.example", "from": "mine"}, follow=True)

    assert done.redirect_chain == [("/mine#lately", 302)]
    assert "What you answered" in content(done)
    assert "on its way" in content(done)
    for state, said in (
        ("written", "in Salesforce"), ("overtaken", "nothing was overwritten"), ("gone", "record gone"),
        ("refused", "Locked by the flow"),
    ):  # fmt: skip
        Answer.objects.update(state=state, message="Locked by the flow")
        assert said in content(rita.get("/mine")), state
    assert "Salesforce did not take “lea@client.example”: Locked by the flow" in content(rita.get(link()))


def test_two_options_are_two_buttons_on_ritas_page_and_none_is_favoured(office: Office) -> None:
    Gap.objects.all().delete()
    qualified(office)
    Gap.objects.update(fields=["industry"])
    describe(FieldInfo("Industry", "Industry", "picklist", offered=("Food", "Energy")))

    page = visit("rita").get("/mine").content.decode()

    assert page.count('<button class="btn btn-sm" name="answer-industry"') == 2


def test_a_long_list_is_paged(office: Office) -> None:
    for number in range(25):
        office.know(RITA, last_name=f"Client {number:02}", email="no-at-sign")
    office.audit()
    rita = visit("rita")

    first, second = content(rita.get("/mine")), content(rita.get("/mine?page=2"))

    assert (first.count('action="/answer/'), second.count('action="/answer/')) == (25, 1)
    assert "?page=2" in first
    assert "26 open" in first


def test_a_page_costs_as_many_queries_for_twenty_questions_as_for_one(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    rita = visit("rita")
    with django_assert_max_num_queries(100) as one:
        rita.get("/mine")
    for number in range(19):
        office.know(RITA, last_name=f"Client {number:02}", email="no-at-sign")
    office.audit()

    with django_assert_max_num_queries(len(one.captured_queries)):
        page = content(rita.get("/mine"))

    assert page.count('action="/answer/') == 20


def test_another_managers_rep_and_another_reps_answers_never_show(office: Office) -> None:
    Answer.objects.create(
        rule=EMAIL, ref="salesforce:Lead:1", object="contact", field="email", value="luc@x.com", rep=LUC, by="luc",
        at=2**50, changed_at=1,
    )  # fmt: skip

    for name in ("rita", "mona"):
        assert "luc@x.com" not in content(visit(name).get("/mine"))


def test_both_languages_say_everything_in_their_own_words(office: Office) -> None:
    page = content(visit("rita", "fr").get(link()))

    assert "Pourquoi cette question" in page
    assert "Ce qui vous revient" in page
    for english, french in ANSWERS.values():
        assert english != french
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french))
        if len(english) > 12:
            assert english not in page
