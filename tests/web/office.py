"""An office with two teams: Mona's Rita and Luc, Élise's Hugo; Mark of marketing, Otto of ops; all can sign in."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client

from rules.language import Language
from store.gaps import GapKeeper
from store.models import Rep as RepRow
from tests.reports.people import HUGO, LUC, NOW, RITA, People
from web.access import Privacy, Role
from web.frame import configuration
from web.people import save_user
from web.privacy import answer

MONA, ELISE = "salesforce:User:mona", "salesforce:User:elise"
ROLES = {
    "rita": Role.REP, "luc": Role.REP, "hugo": Role.REP, "mona": Role.MANAGER, "elise": Role.MANAGER,
    "mark": Role.MARKETER, "otto": Role.OPS,
}  # fmt: skip
PASSWORD = "a long walk by the sea"
EVIL = "<script>alert('Rita & co')</script>"


@cache
def hashed() -> str:
    """The password of everybody, as it is stored: argon2 is slow on purpose, so once is enough."""
    return make_password(PASSWORD)


class Office(People):
    """The store, filled by the rules and the mapping that come with the product, and those who sign in."""

    def __init__(self) -> None:
        super().__init__(configuration().mapping, configuration().rules)
        for rep, name, team, manager in (
            (MONA, "Mona Weber", "", None), (ELISE, "Élise Moreau", "", None), (RITA, "Rita Lang", "Mona Weber", MONA),
            (LUC, "Luc Bertrand", "Mona Weber", MONA), (HUGO, "Hugo Carpentier", "Élise Moreau", ELISE),
        ):  # fmt: skip
            self.hire(rep, name, team)
            RepRow.objects.filter(id=rep).update(manager=manager)
        for name, role in ROLES.items():
            User.objects.create(username=name, password=hashed())
            save_user(name, f"{name}@vendor.example", [role])

    def audit(self, since: datetime = NOW) -> None:
        read = configuration()
        rules = {rule.id: rule for rule in read.rules.rules if rule.object == "contact"}
        compiled = [each for each in read.compiled if each.object == "contact"]
        GapKeeper("contact", self.facts, rules, compiled).refresh()
        self.read(since)

    def open_gaps(self) -> None:
        """Rita, Luc and Hugo each know somebody whose e-mail cannot be one."""
        for rep, last_name in ((RITA, "Ritasclient"), (LUC, "Lucsclient"), (HUGO, "Hugosclient")):
            self.know(rep, first_name="Léa", last_name=last_name, email="no-at-sign")
        self.audit()


def choose(profile: str) -> None:
    """Ops answered the first-start page, without dates."""
    answer(Privacy(profile))


def visit(name: str, language: Language = "en") -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    user = User.objects.get(username=name)
    user.profile.language = language
    user.profile.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
