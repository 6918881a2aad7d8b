"""A first look: both systems read into a store of its own, and written to by nobody.

What the page asks about (bounces, next activities, campaigns, decision-makers) is read beside what the installation
maps, under the installation's own names where it maps it already. What a system does not show is left out, and the page
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.base import Connector, RequestRefused, Unauthorized
from crm.record import Side
from reports.look import Part
from rules.facts import Catalog, ObjectFacts
from rules.language import RuleSet
from sync.mapping import Mapping as FieldMapping
from wiring.configuration import Configuration

if TYPE_CHECKING:
    from wiring.service import Service

_OFF = {"rule": "off"}
_PERSON: dict[str, dict[str, Any]] = {
    "bounce_reason": {"marketing": {"contacts": "hs_email_hard_bounce_reason_enum"}, "type": "text"},
    "bounced_at": {"sales": {"Lead": "EmailBouncedDate", "Contact": "EmailBouncedDate"}, "type": "datetime"},
    "last_activity": {"sales": {"Lead": "LastActivityDate"}, "type": "date"},
    "made_at": {"sales": {"Lead": "CreatedDate"}, "type": "datetime"},
}


def _own(object_name: str, /, **fields: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """Fields of an object of sales: by our name, the system's and the type."""
    return {ours: {"sales": {object_name: native}, "type": kind} for ours, (native, kind) in fields.items()}


WANTED: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
    "person": ("Lead", _PERSON),
    "company": ("Account", {}),
    "deal": (
        "Opportunity",
        _own(
            "Opportunity", name=("Name", "text"), account=("AccountId", "text"), stage_name=("StageName", "text"),
            amount=("Amount", "number"), close_date=("CloseDate", "date"), is_closed=("IsClosed", "bool"),
            has_next=("HasOpenActivity", "bool"), last_activity=("LastActivityDate", "date"),
            currency=("CurrencyIsoCode", "text"),
        ),
    ),
    "role": (
        "OpportunityContactRole",
        _own("OpportunityContactRole", deal=("OpportunityId", "text"), role=("Role", "text")),
    ),
    "campaign": ("Campaign", _own("Campaign", name=("Name", "text"))),
    "member": ("CampaignMember", _own("CampaignMember", campaign=("CampaignId", "text"), lead=("LeadId", "text"))),
}  # fmt: skip
"""By what the page calls it: the object of sales, and the fields that the page asks about."""


def configured(configuration: Configuration) -> tuple[Configuration, dict[str, Part]]:
    """The configuration of a look, in which nothing is written and no rule asks; and where the page finds what it asks
    about."""
    before = configuration.rules
    mapping, parts = _mapping(configuration.mapping)
    catalog = Catalog({name: ObjectFacts(each.fact_types) for name, each in mapping.objects.items()})
    rules = RuleSet(version=1, locale_default=before.locale_default, placeholders=before.placeholders)
    return replace(
        configuration, mapping=mapping, rules=rules, compiled=(), catalog=catalog, scopes={}
    ), parts  # fmt: skip


def read(service: Service, parts: Mapping[str, Part]) -> dict[str, Part]:
    """Read both systems to their ends; returns the parts without what no system shows."""
    absent, gone = _absent(service.mapping, service.connectors)
    service.mapping.leave_out(absent, gone)
    for _ in service.engine.read():
        pass  # each page is stored, and reported as progress
    return {key: _without(service.mapping, part, absent, gone) for key, part in parts.items()}


def _mapping(mapping: FieldMapping) -> tuple[FieldMapping, dict[str, Part]]:
    """The installation's people and companies, with what the page asks about beside; all else stays out."""
    written = mapping.model_dump()
    parts, kept = {}, {}
    for key, (native, fields) in WANTED.items():
        found = next((name for name, each in mapping.objects.items() if native in each.sales), None)
        if found is None and key in ("person", "company"):
            continue
        name = found or f"look_{key}"
        kept[name] = written["objects"].get(name) or {"direction": "read_only", "sales": native, "fields": {}}
        parts[key] = Part(name, _with_fields(kept[name], fields))
    for each in kept.values():  # without references to what stays out
        fields = each["fields"].items()
        each["fields"] = {name: field for name, field in fields if field.get("to") in (None, *kept)}
    funnel = {name: stages for name, stages in written["funnel"].items() if name in kept}
    changed = {**written, "mode": "beside", "objects": kept, "funnel": funnel}
    return FieldMapping.model_validate(changed), parts


def _with_fields(written: dict[str, Any], fields: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Add fields to an object, but for those that it has already; returns its names of all of them."""
    names = {}
    for name, field in fields.items():
        taken = next((own for own, each in written["fields"].items() if _is_same(each, field)), None)
        names[name] = taken or f"look_{name}"
        if taken is None:
            written["fields"][names[name]] = {**field, **_OFF}
    return names


def _is_same(mapped: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a mapped field holds all that is wanted."""
    return all(
        (mapped.get(side) or {}).get(name) == native
        for side in ("marketing", "sales")
        for name, native in wanted.get(side, {}).items()
    )


def _absent(mapping: FieldMapping, connectors: Mapping[Side, Connector]) -> tuple[set[tuple[str, str]], set[str]]:
    """The fields and the objects that a system does not show."""
    absent, gone = set(), set()
    for name, object_map in mapping.objects.items():
        for side, connector in connectors.items():
            for object_name in object_map.object_names(side):
                try:
                    described = connector.describe(object_name)
                except (RequestRefused, Unauthorized):
                    gone.add(object_name)
                    continue
                wanted = mapping.named_fields(name, side, object_name)
                absent |= {(object_name, field) for field in wanted if field not in described}
    return absent, gone


def _without(mapping: FieldMapping, part: Part, absent: set[tuple[str, str]], gone: set[str]) -> Part:
    """A part without the fields that no object of it shows; of an object that is gone nothing is left."""
    object_map = mapping.objects[part.object]

    def shows(name: str) -> bool:
        field = object_map.fields[name]
        natives = [*field.marketing.items(), *field.sales.items()]
        return any(object_name not in gone and (object_name, native) not in absent for object_name, native in natives)

    return replace(part, fields={ours: name for ours, name in part.fields.items() if shows(name)})
