"""Hand-offs: whom marketing hands over to sales becomes a member of a campaign there, once.

A pair is handed over when a pass makes its sales record or finds it, or when its marketing record comes into scope
later; where the mapping goes `by` a field, again with each new value. What it was last handed over for is remembered in
the link's base, like a value on which both sides agreed: so a pass may be repeated, and whom sales takes out of the
campaign stays out. A record that marketing has from sales was never handed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from connectors.base import Create
from crm.record import Record, Ref, Side
from sync.mapping import ObjectMap, canonical
from sync.mapping.handoff import CAMPAIGN
from sync.outcomes import FieldChange, FollowUp, Held
from sync.plan import Base, Link

MEMBER = "CampaignMember"
HINT = "see that the campaign is there, and that the integration user may add members (Marketing User)"
"""What to look at where a system refuses a member."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as sales has it; `trouble` says in words why nobody can join it, and the mend."""

    id: str = ""
    name: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about follow-ups beside the records. `campaigns` are by what the mapping calls them. `begins`:
    hand-offs were just switched on, and whoever was linked before is only noted. `reps` are the sales' ids of those who
    can own tasks."""

    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    begins: bool = False
    reps: Collection[str] = frozenset()


NO_STANDING = Standing()
"""Where nothing is made beside pairs."""


def hand_off(
    object_map: ObjectMap, link: Link | None, about: Ref, record: Record, key_field: str, standing: Standing
) -> FollowUp | Held | Base | None:
    """Whether somebody joins a campaign now, waits for it, or counts as handed over without. `about` is the sales
    record, or without a link what it is to be made from; `key_field` is where the marketing record tells that it was
    made from one of sales."""
    mapped = object_map.handoff_campaign
    if mapped is None:
        return None
    value = mapped.goes_by(canonical(object_map, Side.MARKETING, record)[0])
    before = link.base.pair(CAMPAIGN) if link else None
    is_from_sales = before is None and bool(record.fields.get(key_field))
    if link is not None and (is_from_sales or (standing.begins and link.id)):
        return Base({CAMPAIGN: value}, {CAMPAIGN: None})
    name = mapped.campaign_of(value) if value is not None else None
    if name is None or (before is not None and before[Side.MARKETING] == value):
        return None
    campaign = standing.campaigns.get(name, Campaign())
    if not campaign.id:
        return Held(CAMPAIGN, Side.SALES, "campaign", campaign.trouble, name)
    change = FieldChange(CAMPAIGN, Side.SALES, None, campaign.id, value, CAMPAIGN, f"handed over to {campaign.name}")
    return FollowUp(about, MEMBER, change)


def member(about: Ref, change: FieldChange) -> Create:
    """The write that makes a lead or contact a member."""
    fields = {"CampaignId": change.new, f"{about.object}Id": about.id}
    return Create(Side.SALES, MEMBER, f"{change.new}:{about.id}", fields)
