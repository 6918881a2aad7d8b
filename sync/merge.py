"""The three-way merge of one field: what each side shows now, against what that same side showed when we last agreed.

A side has edited only if it differs from its own base, so a value that a CRM rewrote on save is never an edit, and a
blank that was blank all along never wipes anything. Clocks break ties after the merge; they never replace it.

    1. Equal values: keep, and remember them.
    2. Never synced before: a blank is filled; two values follow the field's `first_sync`.
    3. Nobody edited: keep, though the two may differ.
    4. `always_*` and `prefer_*` decide by side.
    5. `two_way`: a lone edit travels; two edits follow the field's `on_conflict`.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm.record import Side, Value
from crm.values import same
from sync.mapping import FieldMap, Meeting, SyncRule
from sync.outcomes import Conflict, Copy, Keep, Outcome, Times

_PREFERRED = {
    SyncRule.PREFER_SALES: Side.SALES,
    SyncRule.ALWAYS_SALES: Side.SALES,
    SyncRule.PREFER_MARKETING: Side.MARKETING,
    SyncRule.ALWAYS_MARKETING: Side.MARKETING,
}
_OFF, _AGREED = Keep("not synced"), Keep("both sides agree", agrees=True)
_CONSENT = Keep("an opt-out goes its own way, past the merge")


def merge_field(
    field: FieldMap,
    base: Mapping[Side, Value] | None,
    shown: Mapping[Side, Value],
    times: Times | None = None,
    first_sync: Meeting = "newest",
) -> Outcome:
    """What becomes of one field. `base` is `None` where the two records never agreed on it; `first_sync` is the
    object's, for a field without its own."""
    if field.rule is SyncRule.OFF:
        return _OFF
    if field.rule is SyncRule.CONSENT:
        return _CONSENT
    if same(field.type, shown[Side.MARKETING], shown[Side.SALES]):
        return _AGREED
    edited = [side for side in Side if base is None or not same(field.type, base[side], shown[side])]
    preferred = _PREFERRED.get(field.rule)
    match edited:
        case []:
            return Keep("nobody edited it")
        case _ if preferred is not None:
            return _by_side(field, preferred, base, shown)
        case _ if base is None:
            return _first_meeting(field, shown, times, field.first_sync or first_sync)
        case [lone]:
            return _travel(field, lone, shown, f"edited in {lone}")
    return _decide(field, shown, times, field.on_conflict, "edited on both sides")


def _by_side(
    field: FieldMap, preferred: Side, base: Mapping[Side, Value] | None, shown: Mapping[Side, Value]
) -> Outcome:
    """`prefer_*` and `always_*`: the preferred side's value stands; its blank stands if it was seen clearing."""
    value, other = shown[preferred], shown[preferred.other]
    gives_way = field.rule in (SyncRule.PREFER_SALES, SyncRule.PREFER_MARKETING)
    if value is not None:
        return _travel(field, preferred, shown, f"{preferred} has a value")
    was_cleared = base is not None and base[preferred] is not None
    other_edited = base is None or not same(field.type, base[preferred.other], other)
    if was_cleared and not (gives_way and other_edited):
        return _travel(field, preferred, shown, f"cleared in {preferred}")
    if gives_way and other_edited:
        return _travel(field, preferred.other, shown, f"{preferred} is blank")
    return Keep(f"{preferred} is blank, and was not seen clearing it")


def _first_meeting(field: FieldMap, shown: Mapping[Side, Value], times: Times | None, meeting: Meeting) -> Outcome:
    for side in Side:
        if shown[side] is None:
            return _travel(field, side.other, shown, f"{side} is blank at the first meeting")
    return _decide(field, shown, times, meeting, "both sides have a value at the first meeting", tie=Side.SALES)


def _decide(
    field: FieldMap,
    shown: Mapping[Side, Value],
    times: Times | None,
    policy: Meeting,
    reason: str,
    *,
    tie: Side | None = None,
) -> Outcome:
    """Two values under `two_way`: by side, by time, or by a person. `tie` wins where the clocks cannot tell."""
    if policy in ("sales", "marketing"):
        return _travel(field, Side(policy), shown, f"{reason}; {policy} wins", rule=policy)
    conflict = Conflict(shown[Side.MARKETING], shown[Side.SALES], reason)
    if policy == "ask":
        return conflict
    if times is None:
        return Conflict(conflict.marketing, conflict.sales, f"{reason}, and no change times", needs_times=True)
    winner = times.newest() or tie
    if winner is None:
        return Conflict(conflict.marketing, conflict.sales, f"{reason}, too close in time to tell the newest")
    return _travel(field, winner, shown, f"{reason}; {winner} is the newest", rule="newest")


def _travel(field: FieldMap, side: Side, shown: Mapping[Side, Value], reason: str, rule: str | None = None) -> Outcome:
    """The value of `side` goes to the other one, unless it is a blank that the mapping keeps at home."""
    if shown[side] is None and field.clears == "stay":
        return Keep(f"{reason}; the mapping keeps clears at home", agrees=True)
    return Copy(side.other, shown[side], rule or field.rule, reason)
