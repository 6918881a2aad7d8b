"""The two questions about a person's own wish: may they be written to again, and are they erased over there too?"""

from __future__ import annotations

import pytest

from rules.language import Language
from store import erased
from store.models import Conflict, ConsentTouch, Decision
from store.sql import now
from tests.web.office import Office, visit

pytestmark = pytest.mark.django_db


def question(kind: str, **about: object) -> Conflict:
    return Conflict.objects.create(object="contact", kind=kind, opened_at=now() - 90_000_000, **about)


@pytest.mark.parametrize(
    ("language", "yes", "said"),
    [("en", "Yes: take", "Subscribed again in HubSpot"), ("fr", "Oui", "De nouveau inscrite")],
)
def test_a_later_subscription_is_one_click(language: Language, yes: str, said: str) -> None:
    Office()
    reason = "subscribed again in marketing on 2026-11-24 09:30 UTC"
    asked = question(
        "subscribed", ref="hubspot:contacts:1", field="opt_out", reason=reason, marketing="false", sales="true"
    )
    otto = visit("otto", language)

    page = otto.get(f"/conflicts/{asked.id}").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    otto.post(f"/conflicts/{asked.id}/decide", {"keep": "marketing", "seen": seen})

    assert yes in page
    assert said in page
    decision = Decision.objects.get()
    assert (decision.keep, decision.state, decision.by) == ("marketing", "open", "otto")
    assert ConsentTouch.objects.filter(ref=asked.ref).exists()


@pytest.mark.parametrize(("language", "done"), [("en", "It is erased there"), ("fr", "effacé là-bas")])
def test_an_erasure_task_closes_without_a_trace(language: Language, done: str) -> None:
    Office()
    ref = "salesforce:Contact:003000000000001AAA"
    asked = question(erased.KIND, ref=ref, reason="erased here, still there in sales")
    otto = visit("otto", language)

    listed = otto.get("/conflicts").content.decode()
    page = otto.get(f"/conflicts/{asked.id}").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answered = otto.post(f"/conflicts/{asked.id}/decide", {"keep": "apart", "seen": seen})

    assert "003000000000001AAA" in listed
    assert done in page or done in page.replace("&#x27;", "'")
    assert answered.status_code == 302
    assert otto.get(answered["Location"]).status_code == 200
    assert not Conflict.objects.exists()
