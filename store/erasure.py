"""Erases a person from the store: every table, whatever it is for, loses what it holds of them.

Which rows are about the person is found by the references of their records and by their addresses, in every column of
every table of this room, so that a table which is added later is purged without a word here. Rows of others that only
mention the person lose what mentions them. What stays is a keyed hash of each reference and address, and a task for
people where the other system still has a record.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from connectors.base import Connector
from crm.record import Ref, Side
from crm.values import normal_email
from rules.facts import LEADS
from store import erased, models, past, runs
from store.sql import execute, lock_until_commit, now, rows, rows_in
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap
from sync.references import own_text

_log = logging.getLogger("entente.erasure")

NOT_ABOUT_CUSTOMERS: frozenset[type[Model]] = frozenset(
    {
        models.Known, models.Cursor, models.Run, models.Rep, models.Profile, models.PageView, models.Token,
        models.TrendPoint, models.OptOut, models.Erased, models.Erasure,
    }
)  # fmt: skip
"""Tables about the installation, its users and its reps, counts, and what is kept under a key only."""
PRIVACY_DELETION = "a privacy deletion in HubSpot"


@dataclass(slots=True)
class Person:
    """Whom an erasure is about: references of all their records, their addresses, and what they are called."""

    refs: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    """What stands for their records in references of others, as long as these lead to no pair."""
    there: set[str] = field(default_factory=set)
    """The records that their systems still had when they were last read."""

    @property
    def exact(self) -> set[str]:
        """What is theirs wherever it stands."""
        return {*self.refs, *self.addresses, *self.texts}

    def mentions(self) -> re.Pattern[str]:
        """Finds a reference or an address in a text, never as a part of another one."""
        words = sorted(self.exact, key=len, reverse=True)
        return re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, words))})(?![\w])", re.IGNORECASE)


def tables() -> list[type[Model]]:
    """Every table of this room, but for those that migrations make up while they run."""
    return [each for each in Model.__subclasses__() if each.__module__.startswith("store.")]


def ask(about: str, by: str = PRIVACY_DELETION) -> int:
    """Store that somebody is to be erased, by reference or address; the next pass does it. Asking twice is asking once.

    Webhooks call it with the reference of the record that HubSpot deleted for good.
    """
    known = models.Erasure.objects.filter(about=about, done_at=None).first()
    return (known or models.Erasure.objects.create(about=about, by=by, at=now())).id


class Erasures:
    """Finds people in the store, and erases them."""

    def __init__(self, mapping: FieldMapping, connectors: Mapping[Side, Connector]) -> None:
        self._mapping = mapping
        self._connectors = connectors

    def find(self, about: str) -> Person:
        """Everything that is one person with this reference or address: pairs, merged and converted records, records
        made from each other, and those that show one of their addresses."""
        person = Person()
        is_ref = any(about.startswith(f"{each.system}:") for each in self._connectors.values())
        if is_ref:
            person.refs = {about}
        else:
            person.addresses = {normal_email(about)}
        size = -1
        while size != len(person.refs) + len(person.addresses):
            size = len(person.refs) + len(person.addresses)
            self._widen(person)
        self._describe(person)
        return person

    @staticmethod
    def _widen(person: Person) -> None:
        refs = person.refs
        for sql in (
            "SELECT marketing, sales FROM store_link WHERE marketing IN ({keys})",
            "SELECT marketing, sales FROM store_link WHERE sales IN ({keys})",
            "SELECT ref, merged_into FROM store_record WHERE ref IN ({keys})",
            "SELECT ref, merged_into FROM store_record WHERE merged_into IN ({keys})",
            "SELECT ref, key FROM store_record WHERE key IN ({keys})",
            "SELECT ref, gone FROM store_tombstone WHERE ref IN ({keys})",
            "SELECT ref, gone FROM store_tombstone WHERE gone IN ({keys})",
        ):
            person.refs = person.refs | {ref for row in rows_in(sql, refs) for ref in row if ref}
        for place in ("store_record", "store_alias"):
            own = f"SELECT email FROM {place} WHERE email IS NOT NULL AND ref IN ({{keys}})"
            person.addresses |= {email for (email,) in rows_in(own, person.refs)}
            same = f"SELECT ref FROM {place} WHERE email IN ({{keys}})"
            person.refs |= {ref for (ref,) in rows_in(same, person.addresses)}

    def _describe(self, person: Person) -> None:
        """What they are called, what stands for them in references, and where they still are."""
        for object_map in self._mapping.objects.values():
            columns = [name for name in ("last_name", "name") if name in object_map.fields]
            for column in columns:
                sql = f'SELECT "f_{column}" FROM "facts_{object_map.name}" WHERE "ref" IN ({{keys}})'
                person.names |= {str(name) for (name,) in rows_in(sql, person.refs) if name}
        for ref in map(Ref.parse, person.refs):
            homes = (name for name, each in self._mapping.objects.items() if _has(each, self._side(ref), ref))
            person.texts |= {own_text(ref.system, name, ref.id) for name in homes}
        there = "SELECT ref FROM store_record WHERE NOT deleted AND merged_into IS NULL AND ref IN ({keys})"
        person.there = {ref for (ref,) in rows_in(there, person.refs)}

    # -- erasing -------------------------------------------------------------------------------------------------------

    @transaction.atomic
    def erase_now(self, about: str, by: str) -> models.Erasure:
        """Erase somebody while no run is at work. Raises AnotherRun where one is: ask, and it is done by the next."""
        lock_until_commit("run")
        if (busy := runs.at_work()) is not None:
            raise runs.AnotherRun(f"run {busy} is at work: the next pass erases them")
        return self._carry_out(models.Erasure.objects.get(id=ask(about, by)))

    def carry_out(self, run: int) -> None:
        """Erase everybody who is to be, at the start of a pass: nothing is planned yet."""
        for asked in models.Erasure.objects.filter(done_at=None).order_by("id"):
            with transaction.atomic():
                runs.renew(run)
                self._carry_out(asked)

    def _carry_out(self, asked: models.Erasure) -> models.Erasure:
        person = self.find(asked.about)
        asked.removed = self.purge(person)
        gone_from = asked.about.partition(":")[0] if asked.by == PRIVACY_DELETION else None
        for ref in sorted(person.there):
            if ref.partition(":")[0] != gone_from:
                self._open_task(ref)
        asked.about, asked.done_at = "", now()
        asked.save()
        _log.info("erasure %s, asked by %s: %s rows went", asked.id, asked.by, sum(asked.removed.values()))
        return asked

    def _open_task(self, ref: str) -> None:
        parsed = Ref.parse(ref)
        side = self._side(parsed)
        name = next((name for name, each in self._mapping.objects.items() if _has(each, side, parsed)), "")
        models.Conflict.objects.create(
            object=name, kind=erased.KIND, ref=ref, opened_at=now(), reason=f"erased here, still there in {side}"
        )

    def _side(self, ref: Ref) -> Side:
        return next(side for side, connector in self._connectors.items() if connector.system == ref.system)

    def count(self, person: Person) -> dict[str, int]:
        """How many rows of each table an erasure would take or change; nothing is changed."""
        with transaction.atomic():
            counts = self.purge(person)
            transaction.set_rollback(True)
        return counts

    def purge(self, person: Person) -> dict[str, int]:
        """Take everything about a person out of every table, in the caller's transaction; rows by table."""
        erased.keep_out(person.refs, person.addresses)
        counts: dict[str, int] = {}
        for object_map in self._mapping.objects.values():
            self._purge_mentions(object_map, person, counts)
        for model in tables():
            if model not in NOT_ABOUT_CUSTOMERS:
                _add(counts, model._meta.db_table, _purge_table(model, person))
        _add(counts, "store_run", past.forget_whom(person.refs))
        for name in self._mapping.objects:
            table = f"facts_{name}"
            number = sum(execute(f'DELETE FROM "{table}" WHERE "ref" = %s', [ref]) for ref in person.refs)
            _add(counts, table, number)
        leads = f"DELETE FROM {LEADS} WHERE ref = %s OR target = %s"
        _add(counts, LEADS, sum(execute(leads, [ref, Ref.parse(ref).id]) for ref in person.refs))
        return counts

    def _purge_mentions(self, object_map: ObjectMap, person: Person, counts: dict[str, int]) -> None:
        """Copies of others' records that speak of the person (an activity with them) go: what remains of these in
        their system is read again when it changes there."""
        found = [ref for ref in _mentioning(object_map, person) if ref not in person.refs]
        for ref in found:
            execute("DELETE FROM store_record WHERE ref = %s", [ref])
            execute(f'DELETE FROM "facts_{object_map.name}" WHERE "ref" = %s', [ref])
        _add(counts, "store_record", len(found))


def _has(object_map: ObjectMap, side: Side, ref: Ref) -> bool:
    return ref.object in object_map.object_names(side)


def _add(counts: dict[str, int], table: str, number: int) -> None:
    if number:
        counts[table] = counts.get(table, 0) + number


def _mentioning(object_map: ObjectMap, person: Person) -> set[str]:
    """The stored records of an object whose payload holds an address of the person, or a long id of theirs."""
    is_postgres = connection.vendor == "postgresql"
    place = "position(%s in lower(convert_from(payload, 'UTF8')))" if is_postgres else _PLACE
    words = {*person.addresses, *(Ref.parse(ref).id for ref in person.refs if len(Ref.parse(ref).id) >= _LONG_ID)}
    found: set[str] = set()
    for word in words:
        sql = f"SELECT ref FROM store_record WHERE object = %s AND {place} > 0"
        found |= {ref for (ref,) in rows(sql, [object_map.name, word.lower()])}
    return found


_PLACE = "instr(lower(CAST(payload AS TEXT)), %s)"

_LONG_ID = 15
"""Salesforce's ids mean one record wherever they stand; a short number may mean anything."""


# -- one table ---------------------------------------------------------------------------------------------------------


def _purge_table(model: type[Model], person: Person) -> int:
    """Rows that name the person in a column of their own go; of other rows what mentions the person goes."""
    found = _rows_about(model, person)
    own = [row["pk"] for row, is_own in found if is_own]
    mentioned = [row for row, is_own in found if not is_own]
    if model is models.Delivery:
        return _blank_messages(person)
    kept = _KEPT_WITHOUT_VALUES.get(model)
    if kept is not None:
        model._default_manager.filter(pk__in=[row["pk"] for row in mentioned]).update(**kept)
    else:
        own += [row["pk"] for row in mentioned]
    for start in range(0, len(own), 500):
        model._default_manager.filter(pk__in=own[start : start + 500]).delete()
    return len(found)


_KEPT_WITHOUT_VALUES: dict[type[Model], dict[str, Any]] = {
    models.Change: {"old": None, "new": None, "reason": "", "forgotten": True},
    models.Link: {"base_marketing": {}, "base_sales": {}},
}
"""Rows of others that stay without what they held."""


def _rows_about(model: type[Model], person: Person) -> list[tuple[dict[str, Any], bool]]:
    """Rows that name or mention the person, and whether a column of theirs is the person's reference or address."""
    columns = [each for each in model._meta.concrete_fields if isinstance(each, CharField | TextField | JSONField)]
    exact = person.exact
    texts = {f"text_{each.name}": Cast(each.name, TextField()) for each in columns}
    condition = Q()
    for each in columns:
        if not isinstance(each, JSONField):
            condition |= Q(**{f"{each.name}__in": exact})
        for word in exact:
            condition |= Q(**{f"text_{each.name}__icontains": word})
    if not condition:
        return []
    mentions = person.mentions()
    found: QuerySet[Any, dict[str, Any]] = (
        model._default_manager.annotate(**texts).filter(condition).values("pk", *texts)
    )
    about = []
    for row in found:
        values = [row[name] for name in texts if row[name]]
        if any(value in exact or mentions.search(value) for value in values):
            about.append((row, any(value.lower() in exact or value in exact for value in values)))
    return about


def _blank_messages(person: Person) -> int:
    """Messages to reps that name the person lose their words; what has not left yet does not leave."""
    words = person.refs | person.addresses | person.names | {Ref.parse(ref).id for ref in person.refs}
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words)))})(?!\w)", re.IGNORECASE)
    letters = models.Delivery.objects.exclude(text="")
    found = [each.id for each in letters.iterator() if pattern.search(f"{each.subject} {each.text} {each.html}")]
    named = models.Delivery.objects.filter(id__in=found)
    named.filter(state="waiting").update(state="replaced", changed_at=now())
    named.update(subject="", text="", html="")
    return len(found)
