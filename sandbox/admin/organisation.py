"""The controls of what an organisation does to writes: assignment rules, flows, phones, Apex, duplicates, locks.

Each adds to what is there; `{"off": true}` takes away all that the control made, and a reset takes away everything.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.admin.control import Action, BadControl, Body, System, only
from sandbox.admin.life import table_of
from sandbox.salesforce.ids import full_id, make_id
from sandbox.salesforce.organisation import apex, assignment, duplicates, flows, phones
from sandbox.salesforce.organisation.criteria import known_field, known_fields
from sandbox.salesforce.organisation.locks import OTHERS
from sandbox.salesforce.organisation.privacy import let_user_be_admin
from sandbox.salesforce.organisation.settings import Settings
from sandbox.salesforce.state import SalesforceState
from sandbox.salesforce.table import Table
from sandbox.world import World

Make = Callable[[SalesforceState, Body], Body]


def control(make: Make, keys: tuple[str, ...], clear: Callable[[Settings], None]) -> Action:
    """A control of these keys that adds by `make`, and that `off` empties."""

    def act(world: World, system: System, body: Body) -> Body:
        only(body, *keys, "off")
        if body.get("off"):
            clear(world.salesforce.settings)
            return {"off": True}
        try:
            return make(world.salesforce, body)
        except (ValueError, AttributeError, TypeError) as error:
            raise BadControl(str(error)) from error

    act.__doc__ = make.__doc__
    return act


def assign(state: SalesforceState, body: Body) -> Body:
    """An assignment rule for leads: `{"name"?, "active"?, "entries": [{"if"?: {field: value}, "owner": id}]}`."""
    table = table_of(state, {"object": "Lead"} | body)
    if table.kind.name not in assignment.OBJECTS or not isinstance(body.get("entries"), list):
        raise BadControl('send {"object"?: "Lead", "entries": [{"if"?: {field: value}, "owner": user or queue id}]}')
    entries = []
    for entry in body["entries"]:
        only(entry, "if", "owner")
        owner = full_id(entry.get("owner"))
        if owner is None or (owner not in state.tables["user"].live and not owner.startswith("00G")):
            raise BadControl(f"owner must be the id of a user or of a queue (00G...), not {entry.get('owner')!r}")
        entries.append((known_fields(table, entry.get("if") or {}), owner))
    rules = state.settings.assignment
    rule_id = make_id("01Q", len(rules) + 1)
    name = str(body.get("name") or f"Standard {len(rules) + 1}")
    is_active = bool(body.get("active", True))
    rules[rule_id] = assignment.AssignmentRule(rule_id, table.kind.name, name, tuple(entries), is_active)
    return rules[rule_id].shown()


def flow(state: SalesforceState, body: Body) -> Body:
    """A flow, as `Flow` tells: `{"name", "object", "on"?, "timing"?, "if"?, "target"?, "set"?, "delay"?: seconds}`."""
    table = table_of(state, body)
    on, timing, target = body.get("on", "save"), body.get("timing", "after"), str(body.get("target", "record"))
    if on not in ("create", "update", "save") or timing not in ("before", "after") or not body.get("name"):
        raise BadControl('a flow has a name, "on": create, update or save, and "timing": before or after')
    delay = body.get("delay", 0)
    if not isinstance(delay, int | float) or delay < 0 or (delay and timing == "before"):
        raise BadControl("delay is a number of seconds, for a flow after the save")
    if timing == "before" and (target != "record" or not body.get("set")):
        raise BadControl("a flow before the save sets fields of its own record; use timing after for others")
    written = _target_table(state, table, target)
    values = known_fields(written, body.get("set") or {})
    for value in values.values():
        if isinstance(value, dict):
            only(value, "copy")
            known_field(table, str(value.get("copy")))
    made = flows.Flow(str(body["name"]), table.kind.name, on, timing == "before",
                      known_fields(table, body.get("if") or {}), target, values, float(delay))  # fmt: skip
    state.settings.flows.append(made)
    return made.shown()


def _target_table(state: SalesforceState, table: Table, target: str) -> Table:
    """The table that a flow writes to."""
    if target == "record":
        return table
    object_name, _, field_name = target.partition(".")
    if not field_name:
        field = table.field(target)
        parents = [state.tables.get(name.lower()) for name in field.refers_to] if field else []
        if parent := next((each for each in parents if each), None):
            return parent
        raise BadControl(f"target {target!r}: {table.kind.name} has no such reference to an object of this Salesforce")
    other = table_of(state, {"object": object_name})
    field = other.field(field_name)
    if field is None or not (field.type == "reference" or other.has_index(field)):
        raise BadControl(f"target {target!r}: records are found by a reference or an indexed field such as Email")
    return other


def phone(state: SalesforceState, body: Body) -> Body:
    """Numbers get one style: `{"object", "fields"?: ["Phone"], "style": "e164"|"national"|"us", "country"?}`."""
    table = table_of(state, body)
    if body.get("style") not in phones.STYLES:
        raise BadControl(f"style must be one of {', '.join(phones.STYLES)}, not {body.get('style')!r}")
    names = tuple(known_field(table, name) for name in body.get("fields", ["Phone"]))
    country = str(body.get("country") or ("1" if body["style"] == "us" else "33"))
    made = phones.PhoneFormat(table.kind.name, names, body["style"], country)
    state.settings.phones.append(made)
    return made.shown()


def trigger(state: SalesforceState, body: Body) -> Body:
    """A trigger that fails: on chunks of more than `most` records, or on records that meet `if`."""
    table = table_of(state, body)
    most = body.get("most")
    if (most is None) is not ("if" in body) or (most is not None and (not isinstance(most, int) or most < 1)):
        raise BadControl('send {"object", "name"?, "most": records} or {"object", "name"?, "if": {field: value}}')
    name = str(body.get("name") or f"{table.kind.name}Trigger")
    exception = str(body.get("exception") or apex.THROWN)
    made = apex.Trigger(table.kind.name, name, most, known_fields(table, body.get("if") or {}), exception)
    state.settings.triggers.append(made)
    return made.shown()


def duplicate_rule(state: SalesforceState, body: Body) -> Body:
    """A duplicate rule: `{"object", "mode"?: "alert"|"block", "name"?, "message"?, "against"?: [], "edit"?}`."""
    table = table_of(state, body)
    mode = body.get("mode", "alert")
    kind = table.kind.name
    if kind not in duplicates.OBJECTS or mode not in ("alert", "block"):
        raise BadControl(f"object is one of {', '.join(duplicates.OBJECTS)}, and mode alert or block")
    against = tuple(table_of(state, {"object": name}).kind.name for name in body.get("against", [kind]))
    if unfit := [name for name in against if name not in duplicates.OBJECTS]:
        raise BadControl(f"against: {', '.join(unfit)} cannot be matched")
    made = duplicates.DuplicateRule(
        kind, str(body.get("name") or f"Standard_{kind}_Duplicate_Rule"), mode == "block",
        str(body.get("message") or duplicates.MESSAGE), against, bool(body.get("edit", True)),
    )  # fmt: skip
    state.settings.duplicates.append(made)
    return made.shown()


def lock(state: SalesforceState, body: Body) -> Body:
    """Row locks: `{"seconds": s}`, how long a write keeps its rows, or `{"hold": id, "seconds": n}` by another user."""
    seconds = body.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
        raise BadControl('send {"seconds": s} or {"hold": record id, "seconds": n}')
    locks = state.settings.locks
    if "hold" not in body:
        locks.seconds = float(seconds)
        return locks.shown()
    record_id = full_id(body["hold"])
    if record_id is None or not any(record_id in table.live for table in state.tables.values()):
        raise BadControl(f"hold must be the id of a record that is there, not {body['hold']!r}")
    locks.hold(record_id, OTHERS, state.clock.now().timestamp() + seconds)
    return locks.shown()


def user(world: World, system: System, body: Body) -> Body:
    """Whether the API user is an administrator: `{"admin": false}` hides other people's private contacts."""
    only(body, "admin")
    if not isinstance(body.get("admin"), bool):
        raise BadControl('send {"admin": true} or {"admin": false}')
    let_user_be_admin(world.salesforce, body["admin"])
    return body


def replication(world: World, system: System, body: Body) -> Body:
    """How `/updated` and `/deleted` answer: `{"lag"?: seconds not yet covered, "most_ids"?: before it is refused}`."""
    only(body, "lag", "most_ids")
    settings = world.salesforce.settings
    lag, most = body.get("lag", settings.lag), body.get("most_ids", settings.most_ids)
    if not isinstance(lag, int | float) or lag < 0 or not isinstance(most, int) or most < 0:
        raise BadControl('send {"lag"?: seconds, "most_ids"?: a whole number}')
    settings.lag, settings.most_ids = float(lag), most
    return {"lag": settings.lag, "most_ids": settings.most_ids}


def everything(world: World, system: System, body: Body) -> Body:
    """Switch all of it off: `{"off": true}`. The records stay."""
    only(body, "off")
    if body.get("off") is not True:
        raise BadControl('send {"off": true}')
    world.salesforce.settings = Settings()
    let_user_be_admin(world.salesforce, True)
    return world.salesforce.settings.shown()


def shown(world: World, system: System, query: Body) -> Body:
    """What is switched on."""
    only(query)
    return world.salesforce.settings.shown()


def _no_flows(settings: Settings) -> None:
    settings.flows.clear()
    settings.later.clear()


def _no_locks(settings: Settings) -> None:
    settings.locks.seconds = 0.0
    settings.locks.held.clear()


CONTROLS: dict[str, Action] = {
    "assignment": control(assign, ("object", "name", "active", "entries"), lambda all_: all_.assignment.clear()),
    "flow": control(flow, ("name", "object", "on", "timing", "if", "target", "set", "delay"), _no_flows),
    "phones": control(phone, ("object", "fields", "style", "country"), lambda all_: all_.phones.clear()),
    "apex": control(trigger, ("object", "name", "most", "if", "exception"), lambda all_: all_.triggers.clear()),
    "duplicates": control(
        duplicate_rule, ("object", "mode", "name", "message", "against", "edit"), lambda all_: all_.duplicates.clear()
    ),
    "locks": control(lock, ("seconds", "hold"), _no_locks),
    "user": user,
    "replication": replication,
    "organisation": everything,
}
LOOKS: dict[str, Action] = {"organisation": shown}
