"""The campaigns that the mapping hands people over to, as sales has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from connectors.base import Connector, RequestRefused
from crm.record import Record
from sync.handoff import MEMBER, Campaign
from sync.mapping import Mapping as SyncMapping
from sync.mapping import ObjectMap

_ID = re.compile(r"701\w{12}(\w{3})?")
_MEND = "tick Marketing User on the integration user, and give it Read on Campaigns"


def handing_off(mapping: SyncMapping) -> list[ObjectMap]:
    """The objects whose records are handed over."""
    return [each for name, each in mapping.objects.items() if each.handoff_campaign and mapping.is_written(name)]


def named(mapping: SyncMapping) -> list[str]:
    """Every campaign that is named, as it is written, in order."""
    mapped = [each.handoff_campaign for each in handing_off(mapping)]
    return sorted({name for each in mapped if each for name in each.campaigns})


def look_up(connector: Connector, names: Sequence[str]) -> dict[str, Campaign]:
    """By name or id the campaign that can be joined, or why nobody can; two calls."""
    if not names:
        return {}
    ids = [name for name in names if _ID.fullmatch(name)]
    asked = {"Id": ids, "Name": [name for name in names if name not in ids]}
    try:
        there = connector.find_many("Campaign", asked, ["Name", "IsActive"])
        joining = connector.describe(MEMBER).get("CampaignId")
    except RequestRefused:
        joining = None
    if joining is None or not joining.creatable:
        trouble = f"the integration user of {connector.system} may not add members to campaigns: {_MEND}"
        return dict.fromkeys(names, Campaign(trouble=trouble))
    return {name: _one_of(name, [each for each in there if _is_called(each, name)]) for name in names}


def _is_called(record: Record, name: str) -> bool:
    return name[:15] == record.ref.id[:15] or name.casefold() == str(record.fields["Name"]).casefold()


def _one_of(name: str, found: Sequence[Record]) -> Campaign:
    active = [each for each in found if str(each.fields["IsActive"]).lower() == "true"]
    if len(active) == 1:
        return Campaign(active[0].ref.id, str(active[0].fields["Name"]))
    if active:
        return Campaign(trouble=f"{len(active)} active campaigns are called {name!r}: write the id of one of them")
    if found:
        return Campaign(trouble=f"the campaign {name!r} is not active: activate it, or name another one")
    return Campaign(trouble=f"there is no campaign {name!r} that the integration user can see: correct its name or id")


def troubles(mapping: SyncMapping, connector: Connector) -> Iterator[tuple[str, str, str]]:
    """By object and name every campaign that is named, with why nobody can join it, or nothing."""
    found = look_up(connector, named(mapping))
    for object_map in handing_off(mapping):
        for name in object_map.handoff_campaign.campaigns if object_map.handoff_campaign else ():
            yield object_map.name, name, found[name].trouble
