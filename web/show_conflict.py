"""One conflict as its page shows it: both records, what they last agreed on, and what a person may answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from crm.record import Ref
from reports.words import counted, title, whole
from rules.language import Language
from store import desk
from store.models import Change, Conflict, Decision, Link, Record
from sync.mapping import Mapping, ObjectMap, SyncRule
from web.readable import Cell, Readable, readable
from web.reasons import told
from web.records import SIDES, agree, names, short, shown, system_of
from web.times import at, since
from web.words import say, words

_HISTORY = 20
"""How many changes are listed."""
_CANDIDATES = 30
"""How many records in question are listed."""


def whole_page(language: Language, mapping: Mapping, conflict: Conflict) -> dict[str, Any]:
    """All that the page of a conflict shows."""
    object_map = mapping.objects.get(conflict.object)
    refs = _refs(conflict)
    called = names(mapping.objects, {conflict.ref, *conflict.others, *refs.values()})
    gone = set(Record.objects.filter(ref__in=refs.values(), deleted=True).values_list("ref", flat=True))
    name = called[conflict.ref]
    decision = desk.last_decisions([conflict]).get(conflict.id)
    shown_as = readable(mapping.objects, _cells(conflict))
    is_open = conflict.closed_at is None and (decision is None or decision.state != "open")
    field = title(language, conflict.field)
    return {
        "conflict": conflict,
        "title": say(language, f"title_{conflict.kind}", field=field, name=name, system=system_of(conflict.ref)),
        "reason": told(language, conflict.reason),
        "opened": at(language, conflict.opened_at),
        "age": say(language, "for_age", age=since(language, conflict.opened_at)) if conflict.closed_at is None else "",
        "state": _state(language, conflict, decision),
        "seen": desk.fingerprint(conflict),
        "is_open": is_open,
        "until": words(language)[f"until_{conflict.kind}"],
        "records": [
            {"side": side, "system": SIDES[side], "name": called[ref], "ref": short(ref), "is_gone": ref in gone}
            for side, ref in refs.items()
        ],
        "rule": _rule(object_map, conflict.field),
        "rest": _rest(language, object_map, conflict, refs),
        "history": _history(language, mapping, refs),
        **_answers(language, object_map, conflict, refs, called, shown_as, is_open=is_open),
    }  # fmt: skip


def _refs(conflict: Conflict) -> dict[str, str]:
    """By side, the record that the conflict is about, and the one that it is linked to."""
    link = Link.objects.filter(Q(marketing=conflict.ref) | Q(sales=conflict.ref)).first()
    if link is not None:
        return {"marketing": link.marketing, "sales": link.sales}
    known = Record.objects.filter(
        ref__in=[conflict.ref, *conflict.others] if conflict.kind == "deleted" else [conflict.ref]
    )
    return dict(known.values_list("side", "ref"))


def _state(language: Language, conflict: Conflict, decision: Decision | None) -> str:
    """What was decided about it and what came of that, or that it closed by itself."""
    if decision is not None and decision.keep == "seen":
        return say(language, "note_seen", by=decision.by, at=at(language, decision.at))
    if decision is not None:
        run = decision.run_id or ""
        return say(language, f"note_{decision.state}", by=decision.by, at=at(language, decision.at), run=run)
    return say(language, "note_closed", at=at(language, conflict.closed_at)) if conflict.closed_at is not None else ""


def _answers(
    language: Language,
    object_map: ObjectMap | None,
    conflict: Conflict,
    refs: dict[str, str],
    called: dict[str, str],
    shown_as: Readable,
    *,
    is_open: bool,
) -> dict[str, Any]:
    """What can be answered; what cannot is said as what to do in the systems."""
    match conflict.kind:
        case "field":
            sides = [_side(language, conflict, side, shown_as) for side in SIDES]
            return {"sides": sides, "base": _base(conflict, shown_as)}
        case "deleted":
            here = _still_there(refs)
            there = SIDES["sales" if here == "marketing" else "marketing"]
            advice = say(language, "advice_deleted", here=SIDES[here], there=there)
            return {"apart": say(language, "keep_apart", system=SIDES[here]), "advice": advice}
        case "consent":
            return {"advice": words(language)["advice_consent"]}
        case "subscribed":
            return {"choices": [_choice(language, "marketing", "let_be"), _choice(language, "sales", "keep_out")]}
        case "erased":
            advice = say(language, "advice_erased", ref=short(conflict.ref), system=system_of(conflict.ref))
            return {"choices": [_choice(language, "apart", "is_erased")], "advice": advice}
        case "merged":
            here = SIDES[_still_there(refs)]
            apart, edits = say(language, "keep_apart", system=here), _edits(language, conflict)
            question = _candidates(language, object_map, conflict, called, is_open=is_open)
            return question | {"apart": apart, "edits": edits, "advice": words(language)["advice_merged"]}
    return _candidates(language, object_map, conflict, called, is_open=is_open)


def _edits(language: Language, conflict: Conflict) -> list[tuple[str, str | None]]:
    """What was edited on the record that a merge leaves without its pair, and has not travelled."""
    return [(title(language, name), value) for name, value in (conflict.base or {}).items()]


def _choice(language: Language, keep: str, key: str) -> dict[str, str]:
    """An answer with its button, and what it does."""
    return {"keep": keep, "label": words(language)[key], "what": words(language)[f"{key}_what"]}


def _candidates(
    language: Language, object_map: ObjectMap | None, conflict: Conflict, called: dict[str, str], *, is_open: bool
) -> dict[str, Any]:
    """The records in question, those that can be linked first; of very many only some."""
    offered = {other for _, other in desk.offered(conflict)} if is_open else set()
    listed = sorted(conflict.others, key=lambda ref: (ref not in offered, ref))[:_CANDIDATES]
    values = shown(object_map, listed) if object_map else {}
    candidates = [
        {
            "ref": other,
            "short": short(other),
            "name": called[other],
            "is_offered": other in offered,
            "values": [(title(language, name), text) for name, text in values.get(other, {}).items() if text],
        }
        for other in listed
    ]
    rest = len(conflict.others) - len(listed)
    return {
        "candidates": candidates,
        "more": counted(language, "more", rest) if rest else "",
        "advice": words(language)["advice_other" if offered else "advice_match"],
    }


def _side(language: Language, conflict: Conflict, side: str, shown_as: Readable) -> dict[str, str | None]:
    other = SIDES["sales" if side == "marketing" else "marketing"]
    return {
        "side": side,
        "says": say(language, "says" if conflict.closed_at is None else "said", system=SIDES[side]),
        "value": _as_read(shown_as, conflict.object, conflict.field, getattr(conflict, side)),
        "use": say(language, "use_value", system=SIDES[side]),
        "writes": say(language, "writes_to", system=other),
    }


def _base(conflict: Conflict, shown_as: Readable) -> dict[str, Any] | None:
    if not conflict.base:
        return None
    marketing, sales = (
        _as_read(shown_as, conflict.object, conflict.field, conflict.base.get(side)) for side in ("marketing", "sales")
    )
    return {"marketing": marketing, "sales": sales, "is_one": marketing == sales}


def _still_there(refs: dict[str, str]) -> str:
    """The side whose record is not gone."""
    there = Record.objects.filter(ref__in=refs.values(), deleted=False, merged_into=None)
    return there.values_list("side", flat=True).first() or "marketing"


def _rule(object_map: ObjectMap | None, field: str) -> str:
    field_map = object_map.fields.get(field) if object_map else None
    return f"rule: {field_map.rule.value}, on_conflict: {field_map.on_conflict}" if field_map else ""


def _rest(
    language: Language, object_map: ObjectMap | None, conflict: Conflict, refs: dict[str, str]
) -> dict[str, Any] | None:
    """The other fields of the record, on both sides."""
    if object_map is None:
        return None
    values = shown(object_map, refs.values())
    marketing, sales = (values.get(refs.get(side, ""), {}) for side in ("marketing", "sales"))
    lines = [
        {"title": title(language, name), "marketing": marketing.get(name), "sales": sales.get(name),
         "is_off": object_map.fields[name].rule is SyncRule.OFF,
         "agrees": name not in marketing or name not in sales
         or agree(object_map, name, marketing[name], sales[name])}
        for name in object_map.fields
        if name != conflict.field and (marketing.get(name) or sales.get(name))
    ]  # fmt: skip
    differing = sum(not line["agrees"] and not line["is_off"] for line in lines)
    return {"lines": lines, "note": say(language, "not_in_step", n=whole(language, differing)) if differing else ""}


def _history(language: Language, mapping: Mapping, refs: dict[str, str]) -> list[dict[str, Any]]:
    return change_rows(language, mapping, Change.objects.filter(ref__in=refs.values()).order_by("-id")[:_HISTORY])


def _cells(conflict: Conflict) -> list[Cell]:
    values = [conflict.marketing, conflict.sales, *(conflict.base or {}).values()]
    return [(conflict.object, conflict.field, value) for value in values]


def _as_read(shown_as: Readable, name: str, field: str, value: str | None) -> str | None:
    return shown_as.get((name, field, value), value)


def change_rows(language: Language, mapping: Mapping, changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Written fields, one row each."""
    found = list(changes)
    cells = [(Ref.parse(each.ref).object, each.field, value) for each in found for value in (each.old, each.new)]
    shown_as = readable(mapping.objects, cells)
    return [_change_row(language, each, shown_as) for each in found]


def _change_row(language: Language, change: Change, shown_as: Readable) -> dict[str, Any]:
    name = Ref.parse(change.ref).object
    return {
        "at": at(language, change.at),
        "field": title(language, change.field),
        "old": _as_read(shown_as, name, change.field, change.old),
        "new": _as_read(shown_as, name, change.field, change.new),
        "side": change.side,
        "system": SIDES.get(change.side, change.side),
        "run": change.run_id,
        "reason": told(language, change.reason),
        "ref": change.ref,
    }
