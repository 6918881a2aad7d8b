"""Digests on their way: written once, sent once over a real mail server, kept while it refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from alerts.ticket import Ticket, mark_of
from config.environment import Environment, SettingsError
from connectors.base import FieldInfo
from store import known, outbox
from store.models import Delivery, Gap, GapEvent, Rep
from store.sql import milliseconds
from tests.alerts.post_office import PostOffice
from tests.entente import ROOT
from tests.reports.people import HUGO, LUC, MAPPING, OTTO, RITA, RULES, People
from wiring.configuration import Configuration, load_configuration
from wiring.digests import send_digests

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
MONA = "salesforce:User:mona"


@pytest.fixture
def configuration() -> Configuration:
    """The people's own mapping and rules."""
    ours = load_configuration(ROOT / "config")
    return Configuration(MAPPING, ours.mapping_file, RULES, (), ours.catalog, {}, ours.rules_file, {})


@pytest.fixture
def people() -> People:
    """Rita and Luc, whom Mona leads, each have something open; Hugo and Otto have not."""
    people = People()
    people.hire_all()
    people.hire(MONA, "Mona Weber")
    Rep.objects.filter(id__in=[RITA, LUC]).update(manager=MONA)
    people.know(RITA, first_name="Tomas", last_name="Brandt", job_title=None)
    people.know(LUC, first_name="<script>alert(1)</script>", last_name="Falk", job_title=None)
    people.know(HUGO)
    people.know(OTTO)
    people.audit()
    return people


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.start()
    yield office
    office.stop()


@pytest.fixture
def settings(post: PostOffice) -> Environment:
    return Environment(smtp_url=post.url, privacy_profile="standard")


def addresses(post: PostOffice) -> list[str]:
    return [str(mail["To"]) for mail in post.box.mails]


@pytest.mark.usefixtures("people")
def test_each_rep_with_something_open_gets_one_mail(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    done = send_digests(settings, configuration, TUESDAY)

    assert done == {"written": 2, "sent": 2, "kept": 0, "doubtful": 0}
    assert addresses(post) == ["luc@vendor.example", "rita@vendor.example"]
    luc, rita = post.box.mails
    assert rita["From"] == "Entente <entente@vendor.example>"
    text = rita.get_body(("plain",))
    assert text is not None
    assert "1. Tomas Brandt: Job title" in text.get_content()
    html = luc.get_body(("html",))
    assert html is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html.get_content()
    assert "<script" not in html.get_content()
    assert 'href="http://127.0.0.1:8000/mine"' in html.get_content()


@pytest.mark.usefixtures("people")
def test_twice_is_one_mail(settings: Environment, configuration: Configuration, post: PostOffice) -> None:
    send_digests(settings, configuration, TUESDAY)

    again = send_digests(settings, configuration, TUESDAY + timedelta(hours=2))

    assert again == {"written": 0, "sent": 0, "kept": 0, "doubtful": 0}
    assert len(post.box.mails) == 2


@pytest.mark.usefixtures("people")
def test_a_refusing_server_loses_nothing(settings: Environment, configuration: Configuration, post: PostOffice) -> None:
    """Kept with the server's code, tried again only after a wait, and then sent once."""
    post.box.answer = "451 later"
    refused = send_digests(settings, configuration, TUESDAY)
    post.box.answer = ""

    at_once = send_digests(settings, configuration, TUESDAY + timedelta(minutes=1))
    later = send_digests(settings, configuration, TUESDAY + timedelta(minutes=6))

    assert (refused["kept"], at_once["sent"], later["sent"]) == (2, 0, 2)
    assert addresses(post) == ["luc@vendor.example", "rita@vendor.example"]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 2)}


@pytest.mark.usefixtures("people")
def test_one_address_that_is_refused_holds_nobody_up(
    settings: Environment, configuration: Configuration, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """Luc's mailbox is gone: Rita has her mail, Luc's waits, and the log says so without his address."""
    post.box.unknown = {"luc@vendor.example"}

    done = send_digests(settings, configuration, TUESDAY)

    assert (done["sent"], done["kept"]) == (1, 1)
    assert addresses(post) == ["rita@vendor.example"]
    assert Delivery.objects.get(person=LUC).error == "SMTPRecipientsRefused 550"
    assert "SMTPRecipientsRefused 550" in caplog.text
    assert "luc" not in caplog.text.lower()


@pytest.mark.usefixtures("people")
def test_a_digest_goes_out_by_its_readers_own_clock(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """Luc works in New York, where it is still night when Rita's Tuesday begins in Paris."""
    Rep.objects.filter(id=RITA).update(time_zone="Europe/Paris")
    Rep.objects.filter(id=LUC).update(time_zone="America/New_York")

    too_early = send_digests(settings, configuration, datetime(2026, 11, 24, 7, 29, tzinfo=UTC))
    in_paris = send_digests(settings, configuration, datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    in_new_york = send_digests(settings, configuration, datetime(2026, 11, 24, 13, 30, tzinfo=UTC))

    assert (too_early["written"], in_paris["written"], in_new_york["written"]) == (0, 1, 1)
    assert addresses(post) == ["rita@vendor.example", "luc@vendor.example"]


@pytest.mark.usefixtures("people")
def test_what_waited_is_not_sent_at_night(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """Refused in the evening of Luc's New York, it waits for his next morning, though Paris is at work by then."""
    Rep.objects.update(time_zone="America/New_York")
    post.box.answer = "451 later"
    evening = send_digests(settings, configuration, datetime(2026, 11, 24, 23, 50, tzinfo=UTC))
    post.box.answer = ""

    night = send_digests(settings, configuration, datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
    morning = send_digests(settings, configuration, datetime(2026, 11, 25, 13, 0, tzinfo=UTC))

    assert (evening["kept"], night["sent"], morning["sent"]) == (2, 0, 2)


@pytest.mark.usefixtures("people")
def test_without_a_clock_of_the_own_the_installations_counts(post: PostOffice, configuration: Configuration) -> None:
    settings = Environment(smtp_url=post.url, time_zone="Asia/Tokyo")

    done = send_digests(settings, configuration, datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

    assert done["sent"] == 2
    [dates] = {str(mail.get_body(("plain",)).get_content()).splitlines()[0] for mail in post.box.mails}  # type: ignore[union-attr]
    assert dates == "Entente · Tuesday 24 November"


@pytest.mark.usefixtures("people")
def test_each_thing_has_a_link_that_names_no_value(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """Rita's link opens her page of the answer; neither her customer's name nor an address is in it."""
    send_digests(settings, configuration, TUESDAY)

    text = post.box.mails[1].get_body(("plain",))
    assert text is not None
    [link] = [line.strip() for line in text.get_content().splitlines() if "/answer/" in line]
    label, _, address = link.partition(": ")
    ticket = Ticket.read(address.rpartition("/")[2])
    assert label == "Answer"
    assert address.startswith("http://127.0.0.1:8000/answer/")
    assert (ticket.rep, ticket.rule, ticket.field, ticket.mark) == (RITA, "S1-title", "job_title", "")


@pytest.mark.usefixtures("people")
def test_a_few_options_have_a_link_each(settings: Environment, configuration: Configuration, post: PostOffice) -> None:
    title = FieldInfo("Title", "Title", "picklist", offered=("Buyer", "Head of <Purchasing>"))
    known.learn("schema.sales.Lead", [asdict(title)])

    send_digests(settings, configuration, TUESDAY)

    text, html = (post.box.mails[1].get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    links = [line.strip().rpartition(": ") for line in text.splitlines() if "/answer/" in line]
    assert [label for label, _, _ in links] == ["Buyer", "Head of <Purchasing>"]
    assert [Ticket.read(each.rpartition("/")[2]).mark for _, _, each in links] == [
        mark_of("Buyer"), mark_of("Head of <Purchasing>"),
    ]  # fmt: skip
    assert "Head of &lt;Purchasing&gt;</a>" in html


@pytest.mark.usefixtures("people")
def test_a_server_that_is_not_there_loses_nothing(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    away = Environment(smtp_url="smtp://127.0.0.1:1", privacy_profile="standard")

    refused = send_digests(away, configuration, TUESDAY)
    later = send_digests(settings, configuration, TUESDAY + timedelta(minutes=6))

    assert (refused["kept"], later["sent"]) == (2, 2)
    assert len(post.box.mails) == 2


@pytest.mark.usefixtures("people")
def test_a_line_that_breaks_while_sending_is_in_doubt_and_not_sent_again(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """What it asked is still open, and stands in Thursday's digest."""
    post.box.answer = "hang up"
    broken = send_digests(settings, configuration, TUESDAY)
    post.box.answer = ""

    later = send_digests(settings, configuration, TUESDAY + timedelta(hours=6))
    thursday = send_digests(settings, configuration, THURSDAY)

    assert (broken["doubtful"], later["sent"], thursday["sent"]) == (2, 0, 2)


@pytest.mark.usefixtures("people")
def test_a_process_that_dies_while_sending_is_in_doubt_and_not_sent_again(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    away = Environment(smtp_url="smtp://127.0.0.1:1", privacy_profile="standard")
    send_digests(away, configuration, TUESDAY)
    next(outbox.claimed("email", milliseconds(TUESDAY + timedelta(minutes=6)), {RITA, LUC}))

    send_digests(settings, configuration, TUESDAY + timedelta(minutes=30))

    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["doubtful", "sent"]
    assert len(post.box.mails) == 1


@pytest.mark.usefixtures("people")
def test_two_processes_never_hold_the_same_message(configuration: Configuration) -> None:
    away = Environment(smtp_url="smtp://127.0.0.1:1", privacy_profile="standard")
    send_digests(away, configuration, TUESDAY)
    later = milliseconds(TUESDAY + timedelta(hours=1))

    one, other = (outbox.claimed("email", later, {RITA, LUC}) for _ in range(2))
    held = [next(one).id, next(other).id]
    left = [*one, *other]

    assert len(set(held)) == 2
    assert left == []


@pytest.mark.usefixtures("people")
def test_an_unsent_digest_gives_way_to_the_next(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """The mail server was away since Tuesday: on Thursday each rep gets one mail, not two."""
    away = Environment(smtp_url="smtp://127.0.0.1:1", privacy_profile="standard")
    send_digests(away, configuration, TUESDAY)

    send_digests(settings, configuration, THURSDAY)

    assert len(post.box.mails) == 2
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["replaced", "replaced", "sent", "sent"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("profile", "mails"), [("standard", ["mona@vendor.example"]), ("works_council", []), ("", [])])
def test_managers_are_written_to_under_the_standard_profile_only(
    configuration: Configuration, post: PostOffice, profile: str, mails: list[str]
) -> None:
    send_digests(Environment(smtp_url=post.url, privacy_profile=profile), configuration, MONDAY)

    assert addresses(post) == mails


@pytest.mark.usefixtures("people")
def test_reps_get_their_own_under_every_profile(configuration: Configuration, post: PostOffice) -> None:
    send_digests(Environment(smtp_url=post.url, privacy_profile="works_council"), configuration, TUESDAY)

    assert addresses(post) == ["luc@vendor.example", "rita@vendor.example"]


@pytest.mark.usefixtures("people")
def test_nothing_open_is_no_mail(settings: Environment, configuration: Configuration, post: PostOffice) -> None:
    Gap.objects.all().delete()

    for day in (MONDAY, TUESDAY):
        send_digests(settings, configuration, day)

    assert post.box.mails == []


@pytest.mark.usefixtures("people")
def test_on_other_days_and_at_night_nothing_leaves(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    for at in (TUESDAY.replace(hour=22), TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=4)):
        send_digests(settings, configuration, at)

    assert post.box.mails == []


@pytest.mark.usefixtures("people")
def test_what_was_settled_opens_the_digest(
    settings: Environment, configuration: Configuration, post: PostOffice
) -> None:
    """Rita completed somebody on Sunday, so she is thanked first."""
    GapEvent.objects.create(
        rule="S1-title", ref="salesforce:Lead:gone", now=None, at=milliseconds(TUESDAY - timedelta(days=2)),
        was={"fields": ["job_title"], "owed_by": "sales", "rep": RITA},
    )  # fmt: skip

    send_digests(settings, configuration, TUESDAY)

    rita = next(mail for mail in post.box.mails if mail["To"] == "rita@vendor.example")
    assert str(rita["Subject"]).startswith("1 fact settled, thank you + 1 quick thing")


@pytest.mark.parametrize("url", ["mail.acme.example", "http://mail.acme.example", "smtp://"])
@pytest.mark.usefixtures("people")
def test_an_address_that_is_none_is_named_by_its_setting(configuration: Configuration, url: str) -> None:
    with pytest.raises(SettingsError, match="ENTENTE_SMTP_URL: give it smtp://"):
        send_digests(Environment(smtp_url=url), configuration, TUESDAY)


class Channel(HTTPServer):
    """What Slack would be: keeps what is posted, and answers with a status."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        channel = self.server
        assert isinstance(channel, Channel)
        channel.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(channel.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The test says what it saw."""


@pytest.fixture
def channel() -> Iterator[Channel]:
    channel = Channel()
    thread = threading.Thread(target=channel.serve_forever)
    thread.start()
    yield channel
    channel.shutdown()
    thread.join()
    channel.server_close()


def test_slack_gets_a_large_teams_totals_and_is_tried_again_when_it_refuses(
    people: People, configuration: Configuration, channel: Channel
) -> None:
    for name in ("ida", "ulf", "eva"):
        people.hire(f"salesforce:User:{name}", name.title())
        Rep.objects.filter(id=f"salesforce:User:{name}").update(manager=MONA)
    settings = Environment(slack_url=f"http://127.0.0.1:{channel.server_port}/hook", privacy_profile="standard")

    channel.status = 503
    refused = send_digests(settings, configuration, MONDAY)
    channel.status = 200
    later = send_digests(settings, configuration, MONDAY + timedelta(minutes=6))

    assert (refused["kept"], later["sent"]) == (1, 1)
    [_, taken] = channel.posts
    assert taken["text"].startswith("Team of Mona Weber: 2 facts to fetch")
    assert not any(name in json.dumps(taken) for name in ("Rita", "Luc"))
