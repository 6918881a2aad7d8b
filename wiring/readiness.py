"""What must hold before a pass: the right accounts, known reps, every mapped field, and tables that fit the files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from config.environment import SettingsError
from config.yaml_file import Loc
from connectors.base import FieldInfo
from crm.record import Side
from crm.values import normal_email
from store import known
from store.reps import save_reps
from store.sql import now, one_at_a_time
from sync.fit import Schema
from wiring import beside, hand_offs
from wiring.accounts import fingerprint
from wiring.checking import SETUP, Use, found, keyed
from wiring.schema_watch import watch

if TYPE_CHECKING:
    from wiring.service import Service


MOMENT = 60_000
"""Milliseconds for which what was found sound stays so, while nothing is learned anew: each step of a pass prepares."""
_OF_PASSES = "usage. sweep. read. reconcile."
"""What passes themselves learn, and nothing here goes by."""


def prepare(service: Service) -> Schema:
    """Check who answers, who owns records, and that both systems have every mapped field."""
    state, at = known.learned(but=_OF_PASSES), now()
    if service.prepared is None or service.prepared[0] != state or at - service.prepared[1] > MOMENT:
        schema = _prepare(service)
        service.prepared = known.learned(but=_OF_PASSES), at, schema
    return service.prepared[2]


def _prepare(service: Service) -> Schema:
    known.bind(service.connectors, {side: fingerprint(service.settings, side) for side in Side})
    _refresh_reps(service)
    _check_owners(service)
    objects = service.mapping.objects.values()
    optional = {name for each in objects if each.optional for side in Side for name in each.object_names(side)}
    described = {
        side: {
            object_name: known.described(side, connector, object_name, optional=object_name in optional)
            for object_name in dict.fromkeys([*_mapped(service, side), *sorted(keyed(service.mapping, side))])
        }
        for side, connector in service.connectors.items()
    }
    schema, missing = watch(service, described)
    _check(service, schema, missing)
    beside.refuse(service.mapping, service.connectors, schema)
    service.engine.standing = hand_offs.standing(service)
    shape = _digest(
        *(_described(info) for side in schema.values() for fields in side.values() for info in fields.values()),
        *service.engine.standing.campaigns.items(),
    )
    if known.recall("held.schema") != shape:
        for name in service.mapping.objects:
            service.log.release(name)
        known.learn("held.schema", shape)
    return schema


def _mapped(service: Service, side: Side) -> Iterator[str]:
    return (name for object_map in service.mapping.objects.values() for name in object_map.object_names(side))


def _described(info: FieldInfo) -> str:
    options = sorted(info.options) if info.options is not None else None
    return f"{info.name} {info.type} {info.required} {info.writable} {info.max_length} {options} {info.paused}"


def _check(service: Service, schema: Schema, missing: Sequence[Use]) -> None:
    """Every field that a pass reads is there, or was and is paused; `missing` never were. Raises ConfigError at their
    lines, or SettingsError before set-up.

    What was described is then forgotten: after the mend, the next pass must not go by an hour-old answer.
    """
    problems: list[tuple[Loc, str]] = []
    for side, connector in service.connectors.items():
        for object_name, fields in schema[side].items():
            is_keyed = connector.carries_key(object_name) and object_name in keyed(service.mapping, side)
            if is_keyed and connector.key_field not in fields:
                known.forget("schema.")
                raise SettingsError(f"{connector.system} {object_name} has no field {connector.key_field} yet: {SETUP}")
        wanted = [use for use in missing if use.object in schema[side]]
        problems += [(each.use.place, each.advice.text) for each in found(connector, wanted, schema[side])]
    if problems:
        known.forget("schema.")
        raise service.configuration.mapping_file.refusal(problems)


def _refresh_reps(service: Service) -> None:
    """Read the reps of both systems, once a day."""
    if known.recall("reps", max_age=24 * known.HOUR) is not None:
        return
    before = service.references.owners()
    alone = save_reps({side: connector.reps() for side, connector in service.connectors.items()}, _managers(service))
    service.records.forget_reps()
    service.references.heal(before)
    for facts in service.facts.values():
        facts.assign_reps()
    known.learn("reps", {"without_manager": alone})


def _check_owners(service: Service) -> None:
    """Who is to be given what nobody else can have, is somebody. Raises ConfigError at its line."""
    known_emails = service.references.owners().emails
    nobody = [
        (("objects", name, "default_owner"), "nobody with this e-mail owns records in either system: correct it")
        for name, object_map in service.mapping.objects.items()
        if object_map.default_owner and normal_email(object_map.default_owner) not in known_emails
    ]
    if nobody:
        raise service.configuration.mapping_file.refusal(nobody)


def _managers(service: Service) -> dict[str, str]:
    """The manager's e-mail by the rep's, from `managers.csv` beside the mapping, where there is one."""
    path = service.settings.config_dir / "managers.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[0].strip().lower(): row[1].strip() for row in csv.reader(file) if len(row) > 1}


def follow_configuration(service: Service) -> None:
    """Make the tables and the memory fit the configuration: what a change of it made stale is done again."""
    with one_at_a_time("configuration"):
        _follow_configuration(service)


def _follow_configuration(service: Service) -> None:
    made = {name: facts.ensure() for name, facts in service.facts.items()}  # all first: one may mark rows of another
    for name, object_map in service.mapping.objects.items():
        facts = service.facts[name]
        shape = _digest(object_map.model_dump_json(), service.configuration.rules.folded_placeholders(), facts.shape)
        if made[name] or known.recall(f"facts.{name}") != shape:
            service.records.rebuild_facts(name)
            known.learn(f"facts.{name}", shape)
        if known.recall(f"plans.{name}") != (lines := _digest(object_map.model_dump_json())):
            if not object_map.is_read_only:
                service.records.touch_all(name)
            service.log.release(name)
            known.learn(f"plans.{name}", lines)
        hand_offs.follow(object_map)
        compiled = _digest(*(f"{each.sql}{each.parameters}" for each in service.gaps[name].compiled))
        if known.recall(f"rules.{name}") != compiled:
            service.gaps[name].drop_unknown_rules()
            facts.recheck()
            known.learn(f"rules.{name}", compiled)
        for side in Side:
            for object_name in object_map.object_names(side):
                fields = service.mapping.named_fields(name, side, object_name)
                key = f"fields.{side}.{object_name}"
                if known.recall(key) != fields:
                    service.records.read_again(f"{side}:{object_name}")
                    known.learn(key, fields)


def _digest(*parts: object) -> str:
    texts = [",".join(sorted(part)) if isinstance(part, frozenset) else str(part) for part in parts]
    return blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()
