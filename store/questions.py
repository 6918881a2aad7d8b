"""What may be answered to a gap: which kind of value a field takes, and whether an answer is one.

An answer is judged before it is stored by the same measures that judge a record (`Judge`) and a write (`sync.fit`), so
that nobody is thanked for what would be refused. Options and lengths are those that the record's own system described.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Literal

from connectors.base import FieldInfo
from crm.record import Ref, Side, Value
from crm.states import FieldState
from crm.values import REFERRING, FieldType, dump
from rules.kinds import Required
from rules.language import Rule, RuleSet
from store import known
from store.facts import Judge
from sync.fit import checked
from sync.mapping import FieldMap, Mapping, ObjectMap, SyncRule
from sync.outcomes import FieldChange, Held

Kind = Literal["yes_no", "choice", "choices", "date", "moment", "number", "phone", "email", "text", "long_text"]

_KINDS: dict[FieldType, Kind] = {
    FieldType.BOOL: "yes_no", FieldType.DATE: "date", FieldType.DATETIME: "moment", FieldType.NUMBER: "number",
    FieldType.PHONE: "phone", FieldType.EMAIL: "email",
}  # fmt: skip
_NOT_FROM = {
    Side.SALES: (SyncRule.OFF, SyncRule.CONSENT, SyncRule.ALWAYS_MARKETING),
    Side.MARKETING: (SyncRule.OFF, SyncRule.CONSENT, SyncRule.ALWAYS_SALES),
}  # fmt: skip
"""The rules under which what is written on a side does not reach the other: there it would not help to answer."""
Described = MappingType[str, FieldInfo]
YES_NO = ("true", "false")

QUICK = 4
"""A choice of up to so many options is shown as buttons."""


class NoAnswer(ValueError):
    """The text is no answer to the question; `code` says why, `most` how many characters there may be."""

    def __init__(self, code: str, most: int = 0) -> None:
        super().__init__(code)
        self.code, self.most = code, most


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one record, as it can be asked: `options` in canonical words."""

    field: str
    kind: Kind
    options: tuple[str, ...] = ()
    max_length: int | None = None
    unknown: str = ""
    """The honest way out, where the rule has one: it counts as an answer."""

    @property
    def offered(self) -> tuple[str, ...]:
        """What can be chosen, the honest way out last; empty where something is to be written."""
        offered = YES_NO if self.kind == "yes_no" else self.options
        unknown = (self.unknown,) if self.unknown and offered and self.unknown not in offered else ()
        return (*offered, *unknown)

    @property
    def is_quick(self) -> bool:
        """Whether the answer is one of a few: each may be a button."""
        return self.kind in ("yes_no", "choice") and 0 < len(self.offered) <= QUICK


class Questions:
    """What can be asked, by the mapping, the rules and the last described schema, which is read once."""

    def __init__(self, mapping: Mapping, rules: RuleSet) -> None:
        self._mapping = mapping
        self._rules = {rule.id: rule for rule in rules.rules}
        self._judge = Judge(rules.folded_placeholders(), mapping.phone_region)
        self._described: dict[tuple[Side, str], dict[str, FieldInfo]] = {}

    def asked(self, rule: str) -> Rule | None:
        """The rule, while it asks anyone."""
        found = self._rules.get(rule)
        return found if found and found.is_asked else None

    def question(self, rule: str, object_name: str, ref: str, field: str) -> Question | None:
        """How a field of a record is asked; `None` where its system cannot be written."""
        object_map = self._mapping.objects.get(object_name)
        field_map = object_map.fields.get(field) if object_map else None
        place = self._place(object_map, ref) if object_map else None
        if field_map is None or place is None or field_map.type in REFERRING:
            return None  # what a record leads to is chosen in its own system, where it can be looked up
        side, native_object = place
        native_name = field_map.native_name(side, native_object)
        if not self._mapping.is_written(object_name) and not field_map.answerable:
            return None
        info = self._schema(side, native_object).get(native_name or "")
        if (
            native_name is None
            or (info is not None and not info.writable)
            or self._is_stuck(object_name, field_map, side)
        ):
            return None
        options = _options(field_map, side, info)
        length = info.max_length if info else None
        return Question(field, _kind(field_map, options, info), options, length, self._unknown(rule))

    def _is_stuck(self, object_name: str, field_map: FieldMap, side: Side) -> bool:
        """Whether what is written on this side would have to reach the other, and does not."""
        return self._mapping.is_written(object_name) and field_map.rule in _NOT_FROM[side]

    def checked(self, question: Question, object_name: str, ref: str, text: str) -> str:
        """The answer as it is stored. Raises NoAnswer."""
        object_map = self._mapping.objects[object_name]
        field_map = object_map.fields[question.field]
        text = _plain(text, question.kind)
        if question.unknown and text == question.unknown:
            return text
        state = FieldState(self._judge.reader(field_map, Side.SALES)(text)[1])
        if state is not FieldState.OK:
            invalid = f"not_{question.kind}" if state is FieldState.INVALID else ""
            raise NoAnswer(invalid or ("blank" if state is FieldState.BLANK else "placeholder"))
        value = field_map.read(Side.SALES, text)
        if question.options and not _words(value) <= set(question.options):
            raise NoAnswer("picklist")
        self._fits(object_map, question, ref, value)
        return dump(value) or ""

    def _fits(self, object_map: ObjectMap, question: Question, ref: str, value: Value) -> None:
        side, native_object = self._place(object_map, ref) or (Side.SALES, "")
        change = FieldChange(question.field, side, None, value, value, "", "")
        schema = {each: {native_object: self._schema(each, native_object)} for each in Side}
        _, held = checked(object_map, {side: native_object}, [change], schema)
        for each in held:
            raise NoAnswer(each.code, question.max_length or 0)

    def _place(self, object_map: ObjectMap, ref: str) -> tuple[Side, str] | None:
        name = Ref.parse(ref).object
        return next(((side, name) for side in Side if name in object_map.object_names(side)), None)

    def _schema(self, side: Side, object_name: str) -> dict[str, FieldInfo]:
        key = side, object_name
        if key not in self._described:
            self._described[key] = known.last_described(side, object_name)
        return self._described[key]

    def _unknown(self, rule: str) -> str:
        found = self._rules.get(rule)
        if found and isinstance(found.check, Required) and found.check.unknown_ok:
            value = found.check.unknown_ok.value
            return "" if value == "unknown_asked" else value
        return ""


def held_of(object_map: ObjectMap, ref: Ref, side: Side, change: FieldChange, schema: Described) -> Held | None:
    """Why a system would refuse a change of a record, by what it describes now."""
    _, held = checked(object_map, {side: ref.object}, [change], {side: {ref.object: schema}})
    return held[0] if held else None


def _kind(field_map: FieldMap, options: tuple[str, ...], info: FieldInfo | None) -> Kind:
    if field_map.type is FieldType.MULTI:
        return "choices" if options else "text"
    if kind := _KINDS.get(field_map.type):
        return kind
    if options:
        return "choice"
    return "long_text" if info is not None and info.type == "textarea" else "text"


def _options(field_map: FieldMap, side: Side, info: FieldInfo | None) -> tuple[str, ...]:
    """A picklist's options in canonical words; the words of text fields that merely look like one are none."""
    if info is None or not info.offered or field_map.type in _KINDS:
        return ()
    words = field_map.values if side is Side.MARKETING else {}
    return tuple(words.get(option, option) for option in info.offered)


def _words(value: Value) -> set[str]:
    return set(value) if isinstance(value, frozenset) else {dump(value) or ""}


def _plain(text: str, kind: Kind) -> str:
    """Without what no field shows: control characters, and blanks around."""
    kept = "".join(letter for letter in text.replace("\r\n", "\n") if letter.isprintable() or letter in "\n\t")
    return kept.strip() if kind == "long_text" else " ".join(kept.split())
