"""Writes the digests that are due and sends what waits: what `entente digest` and the worker call.

The store is open. Who gets what follows the privacy profile: a rep's own digest always, a manager's only under
`standard`. Slack gets the totals of teams that are large enough, and no name of a rep.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from alerts import slack
from alerts.digest import Digest, Kind, Settled, is_due, is_working_time, manager_digest, rep_digest
from alerts.email import Mailer
from alerts.letter import as_html, as_text
from alerts.trouble import Doubtful, NotSent
from config.environment import Environment, SettingsError
from reports.gaps_by_rep import GapsByRep, Section, gaps_by_rep
from reports.words import name_key
from rules.language import Language
from store import known, outbox
from store.models import Delivery, Profile, Rep
from store.questions import Questions
from store.reps import zone_of
from store.settled import settled_since
from store.sql import milliseconds
from wiring.configuration import Configuration
from wiring.ladder import at_real_levels
from wiring.links import answer_links

LATELY = timedelta(days=7)
KINDS: tuple[Kind, ...] = ("manager", "rep")
_log = logging.getLogger("entente.digests")


class Nobody(Exception):
    """No digest can be shown for this name; the message says why, and the mend."""


@dataclass(slots=True)
class Office:
    """What digests are written from, read once: the people, the report in each language, what was settled."""

    settings: Environment
    configuration: Configuration
    now: datetime
    """With a time zone; a digest is dated by its reader's own."""
    people: dict[str, Rep] = field(init=False)
    languages: dict[str, Language] = field(init=False)
    _questions: Questions = field(init=False)
    _settled: dict[str, Counter[str]] | None = field(init=False, default=None)
    _reports: dict[Language, GapsByRep] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.configuration = at_real_levels(self.configuration)
        self.people = {person.id: person for person in Rep.objects.all()}
        chosen = Profile.objects.values_list("user__email", "language")
        self.languages = {email.lower(): "fr" if language == "fr" else "en" for email, language in chosen if email}
        self._questions = Questions(self.configuration.mapping, self.configuration.rules)

    def digest(self, kind: Kind, person: Rep, language: Language | None = None) -> Digest | None:
        """A person's digest of a kind as of now, or None where there is nothing to say."""
        report = self._report(language or self._language(person))
        today = self.local(person).date()
        if kind == "rep":
            own = next((each for each in report.reps if each.id == person.id), Section("rep"))
            links = partial(answer_links, self.settings, self._questions, person.id, report.language)
            rules, lately = self.configuration.rules, self._lately({person.id})
            return rep_digest(person.name, own, report, rules, today, lately, links)
        team = {each.id for each in self.people.values() if each.manager == person.id}
        sections = [each for each in report.reps if each.id in team]
        active = sum(1 for each in team if self.people[each].is_active)
        return manager_digest(person.name, sections, active, report, today, self._lately(team))

    def local(self, person: Rep) -> datetime:
        """What a person's own clock shows."""
        return self.now.astimezone(zone_of(person, self.settings.time_zone))

    def managers(self) -> list[Rep]:
        """Who has a team, in alphabetical order."""
        ids = {person.manager for person in self.people.values() if person.manager}
        return sorted((self.people[each] for each in ids if each in self.people), key=_by_name)

    def recipients(self, kind: Kind) -> list[Rep]:
        """Who may get a digest of a kind: active people, and managers under the profile `standard` only."""
        if kind == "manager" and self.profile != "standard":
            return []
        everybody = self.managers() if kind == "manager" else sorted(self.people.values(), key=_by_name)
        return [person for person in everybody if person.is_active and person.email]

    @property
    def profile(self) -> str:
        """The privacy profile: as set, else as the first-start page was answered, else empty."""
        return self.settings.privacy_profile or (known.recall("privacy") or {}).get("profile") or ""

    def _report(self, language: Language) -> GapsByRep:
        if language not in self._reports:
            mapping, rules = self.configuration.mapping, self.configuration.rules
            self._reports[language] = gaps_by_rep(mapping, rules, self.now, language)
        return self._reports[language]

    def _language(self, person: Rep) -> Language:
        return self.languages.get(person.email.lower(), self.configuration.rules.locale_default)

    def _lately(self, reps: set[str]) -> Settled:
        """What these reps settled, of the rules that are asked."""
        if self._settled is None:
            self._settled = settled_since(milliseconds(self.now - LATELY))
        asked = {rule.id for rule in self.configuration.rules.rules if rule.is_asked}
        found: Counter[str] = Counter()
        for rep in reps:
            found.update({rule: n for rule, n in self._settled.get(rep, Counter()).items() if rule in asked})
        return Settled((self.now - LATELY).date(), dict(found))


def send_digests(settings: Environment, configuration: Configuration, now: datetime | None = None) -> dict[str, int]:
    """Store the digests that are due and send what waits; how many were written, sent, kept, and in doubt.

    Each goes out by its reader's own clock, and never outside of working hours there. Raises NothingRead where the
    store is empty, and SettingsError where an address cannot be used.
    """
    now = now or datetime.now(UTC)
    counts = dict.fromkeys(("written", "sent", "kept", "doubtful"), 0)
    outbox.tidy(_stamp(now))
    office = Office(settings, configuration, now)
    counts["written"] = outbox.put(list(_letters(office)))
    _send_mails(office, counts)
    _send_posts(office, counts)
    return counts


def find_digest(office: Office, name: str, language: Language | None) -> Digest | None:
    """The digest of whoever this names, by id, e-mail or part of the name: a manager's, else a rep's own.

    Raises Nobody where it names nobody or several, or where the privacy profile withholds it.
    """
    person = _person(office, name)
    if person.id not in {each.id for each in office.managers()}:
        return office.digest("rep", person, language)
    if office.profile != "standard":
        raise Nobody(
            f"{person.name} leads a team, and managers get a digest under the privacy profile `standard` only: "
            f"choose it on the first-start page or set ENTENTE_PRIVACY_PROFILE"
        )
    return office.digest("manager", person, language)


def page_of(settings: Environment, kind: Kind) -> str:
    """The page with everything that a digest is about; opening it changes nothing."""
    return f"{settings.base_url.rstrip('/')}/{'team' if kind == 'manager' else 'mine'}"


def _person(office: Office, name: str) -> Rep:
    wanted = name.strip().casefold()
    exact = [each for each in office.people.values() if wanted in (each.id.casefold(), each.email.casefold())]
    part = name_key(wanted)[0]
    found = exact or [each for each in office.people.values() if part and part in name_key(each.name)[0]]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Nobody(f"--to {name}: nobody of that name is known: `entente sync` reads who works here")
    names = ", ".join(sorted(f"{each.name} <{each.email}>" for each in found)[:5])
    raise Nobody(f"--to {name} names several people: give the e-mail address of one: {names}")


def _letters(office: Office) -> Iterator[Delivery]:
    """What is due and was not written before; the report is read only where there is somebody to read it."""
    due = {
        _key(office, kind, person): (kind, person)
        for kind in KINDS
        for person in office.recipients(kind)
        if is_due(kind, office.local(person))
    }
    written = outbox.written(due)
    for key, (kind, person) in due.items():
        if key not in written and (digest := office.digest(kind, person)):
            yield from _deliveries(office, person, digest)


def _key(office: Office, kind: Kind, person: Rep) -> str:
    """Names a person's digest of a day, whatever the channel."""
    return f"{kind}|{person.id}|{office.local(person).date().isoformat()}"


def _deliveries(office: Office, person: Rep, digest: Digest) -> Iterator[Delivery]:
    """The message over each channel that is set up."""
    stamp, settings = _stamp(office.now), office.settings
    page = page_of(settings, digest.kind)
    key = _key(office, digest.kind, person)
    common = {"kind": digest.kind, "person": person.id, "subject": digest.subject, "due_at": stamp}
    common |= {"made_at": stamp, "changed_at": stamp}
    if settings.smtp_url.get_secret_value():
        yield Delivery(
            key=f"{key}|email", channel="email", address=person.email, text=as_text(digest, page),
            html=as_html(digest, page), **common,
        )  # fmt: skip
    if digest.slack and settings.slack_url.get_secret_value():
        yield Delivery(key=f"{key}|slack", channel="slack", address="", text=digest.slack, **common)


def _waiting(office: Office, channel: str) -> Iterator[Delivery]:
    """What waits for people who are at work now, each claimed as it is handed out."""
    awake = {each.id for each in office.people.values() if is_working_time(office.local(each))}
    return outbox.claimed(channel, _stamp(office.now), awake)


def _send_mails(office: Office, counts: dict[str, int]) -> None:
    settings, now = office.settings, _stamp(office.now)
    url = settings.smtp_url.get_secret_value()
    if not url:
        return
    try:
        mailer = Mailer(url, settings.base_url)
    except ValueError as error:
        raise SettingsError(f"ENTENTE_SMTP_URL: {error}") from None
    with mailer:
        for letter in _waiting(office, "email"):
            send = (letter.key, letter.address, letter.subject, letter.text, letter.html)
            try:
                mailer.send(*send)
            except (NotSent, Doubtful) as trouble:
                _mark(letter, now, trouble, counts)
            else:
                _mark(letter, now, None, counts)


def _send_posts(office: Office, counts: dict[str, int]) -> None:
    now = _stamp(office.now)
    url = office.settings.slack_url.get_secret_value()
    if not url:
        return
    for letter in _waiting(office, "slack"):
        try:
            slack.send(url, letter.text)
        except (NotSent, Doubtful) as trouble:
            _mark(letter, now, trouble, counts)
        else:
            _mark(letter, now, None, counts)


def _mark(letter: Delivery, now: int, trouble: Exception | None, counts: dict[str, int]) -> None:
    """Write down what came of a message, and say so in the log without naming anybody."""
    match trouble:
        case None:
            outbox.sent(letter, now)
            counts["sent"] += 1
            return
        case NotSent():
            outbox.keep(letter, now, str(trouble))
            counts["kept"] += 1
        case _:
            outbox.in_doubt(letter, now, str(trouble))
            counts["doubtful"] += 1
    _log.warning("digest %s not sent at attempt %s: %s", letter.id, letter.attempts, trouble)


def _stamp(at: datetime) -> int:
    return milliseconds(at.astimezone(UTC))


def _by_name(person: Rep) -> tuple[object, ...]:
    return name_key(person.name), person.id
