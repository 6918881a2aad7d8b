"""What holds after every scenario, whatever happened in it: SYNC.md's I1 to I8, told from the two systems' own state
and logs, and not by the code that is tested."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crm.record import Ref, Side
from store import models
from sync.mapping import FieldMap, SyncRule
from tests.scenarios.company import Company

RULES = {*SyncRule, "newest", "sales", "marketing", "create", "decided", "undo", "swap", "on_merge", "carried"}
"""What the history may name as the rule that won."""
OPT_OUT = ("HasOptedOutOfEmail", "hs_email_optout")


def check(company: Company, *, pairs: int, people: tuple[int, int], differs: Collection[str] = ()) -> None:
    """Settle, and hold the company to all invariants.

    `pairs` linked pairs are there, and `people` live records in HubSpot and in Salesforce (I6). `differs` are canonical
    fields which the story itself leaves different on the two sides; what waits for a person or is held may differ.
    """
    check_all_but_numbers(company, differs)
    assert len(company.links()) == pairs, company.links()
    everybody = company.everybody()
    marketing = sum(ref.system == "hubspot" for ref in everybody)
    assert (marketing, len(everybody) - marketing) == people, everybody


def check_all_but_numbers(company: Company, differs: Collection[str] = ()) -> None:
    """The same, where nobody can say beforehand how many there will be."""
    company.settle()
    _both_sides_are_equal(company, differs)
    _further_passes_write_nothing(company)
    _what_was_overwritten_is_in_the_history(company)
    _nobody_else_was_written(company)
    _no_opt_out_was_cleared(company)
    _the_history_names_its_rules()


def _both_sides_are_equal(company: Company, differs: Collection[str]) -> None:
    """I1: what is mapped agrees, but for what waits."""
    everybody, waiting = company.everybody(), _waiting()
    for marketing, sales in company.links().items():
        if marketing not in everybody or sales not in everybody:
            continue
        for name, field in company.service.mapping.objects["contact"].fields.items():
            if field.rule is SyncRule.OFF or name in differs or {(marketing, name), (sales, name)} & waiting:
                continue
            names = [field.native_name(side, ref.object) for side, ref in zip(Side, (marketing, sales), strict=True)]
            if all(names):
                one, other = (everybody[ref].get(str(key)) for ref, key in zip((marketing, sales), names, strict=True))
                if other and str(other).lower() in _further(everybody[marketing]):
                    continue  # an address that the contact has beside its primary one
                assert _alike(field, one, other), f"I1 {marketing} {name}: {one!r} here, {other!r} in {sales}"


def _further(contact: Mapping[str, Any]) -> list[str]:
    return str(contact.get("hs_additional_emails") or "").lower().split(";")


def _waiting() -> set[tuple[Ref, str]]:
    waiting = {*models.Conflict.objects.filter(closed_at=None).values_list("ref", "field")}
    waiting |= {*models.Held.objects.values_list("ref", "field")}
    return {(Ref.parse(ref), field) for ref, field in waiting}


def _further_passes_write_nothing(company: Company) -> None:
    """I2, and I8: nor where every record is delivered again by webhook, by poll, or by both."""
    before = company.counts()
    company.sync()
    assert company.counts() == before, f"I2 a quiet pass wrote {company.written()}"
    company.touch(*company.everybody())
    company.sync()
    assert company.counts() == before, "I8 a webhook for what is in step wrote something"
    models.Cursor.objects.all().delete()
    company.touch(*company.everybody())
    company.sync()
    assert company.counts() == before, "I8 poll and webhook together wrote something"


def _what_was_overwritten_is_in_the_history(company: Company) -> None:
    """I3: each value that one of our writes replaced can be found, with its side, time, rule and reason."""
    kept: defaultdict[tuple[str, str], list[str | None]] = defaultdict(list)
    for ref, name, old in models.Change.objects.values_list("ref", "field", "old"):
        kept[ref, name].append(old)
    for entry, field, old in _overwritten(company):
        values = kept.get((str(entry["ref"]), field.name), [])
        assert any(_alike(field, old, value) for value in values), f"I3 {field.name} {old!r} of {entry} is lost"


def _overwritten(company: Company) -> Iterator[tuple[dict[str, Any], FieldMap, Any]]:
    fields = company.service.mapping.objects["contact"].fields.values()
    for entry in company.all_written():
        if entry["action"] != "update":
            continue
        side = Side.MARKETING if entry["system"] == "hubspot" else Side.SALES
        for field in fields:
            old = entry["before"].get(field.native_name(side, entry["object"]) or "")
            if not _is_blank(old):
                yield entry, field, old


def _nobody_else_was_written(company: Company) -> None:
    """I4: a bystander is as it was when the story began."""
    for ref, row in company.bystanders.items():
        assert company.shown(ref) == row, f"I4 {ref} was none of this story's"


def _no_opt_out_was_cleared(company: Company) -> None:
    """I5."""
    for entry in company.all_written():
        for name in OPT_OUT:
            cleared = str(entry["before"].get(name)).lower() == "true" and name in entry["after"]
            assert not cleared or str(entry["after"][name]).lower() == "true", f"I5 {entry}"


def _the_history_names_its_rules() -> None:
    """I7."""
    for change in models.Change.objects.all():
        assert change.rule in RULES, f"I7 {change.rule!r}"
        assert change.reason
        assert change.side in {*Side}
        assert change.at > 0


# -- a comparison of its own -------------------------------------------------------------------------------------------


def _is_blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _alike(field: FieldMap, one: Any, other: Any) -> bool:
    """Whether two systems' ways to write a value mean the same to a person."""
    if _is_blank(one) or _is_blank(other):
        return _is_blank(one) and _is_blank(other)
    words = _WORDS.get(field.type.value, str.strip)
    back = {sales: marketing for marketing, sales in field.values.items()}
    texts = [";".join(back.get(word, word) for word in str(value).split(";")) for value in (one, other)]
    return bool(words(texts[0]) == words(texts[1]))


def _rep(text: str) -> str:
    """Whose id this is in any of the three places: a system's own, or ours in the history."""
    for rep in models.Rep.objects.all():
        if text in (rep.id, rep.sales, rep.marketing):
            return rep.id
    return text


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text) if "-" in text else datetime.fromtimestamp(int(text) / 1000, UTC)


_WORDS: dict[str, Callable[[str], Any]] = {
    "email": lambda text: text.strip().lower(),
    "phone": lambda text: re.sub(r"\D", "", text)[-9:],
    "multi": lambda text: frozenset(filter(None, text.split(";"))),
    "number": Decimal,
    "bool": lambda text: text.lower(),
    "owner": _rep,
    "date": lambda text: _moment(text).date(),
    "datetime": _moment,
}
