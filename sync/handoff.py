"""Hand-offs: whom marketing hands over to sales becomes a member of a campaign there, once.

A pair is handed over when a pass makes its sales record or finds it, or when its marketing record comes into scope
later; where the mapping goes `by` a field, again with each new value. What it was last handed over for is remembered in
the link's base, like a value on which both sides agreed: so a pass may be repeated, and whom sales takes out of the
campaign stays out. A record that marketing has from sales was never handed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors.base import Create
from crm.record import Record, Ref, Side
from sync.mapping import ObjectMap, canonical
from sync.mapping.handoff import CAMPAIGN
from sync.outcomes import FieldChange, FollowUp, Held
from sync.plan import Base, Plan

MEMBER = "CampaignMember"
HINTS = {CAMPAIGN: "see that the campaign is there, and that the integration user may add members (Marketing User)"}
"""What to look at where a system refuses to make one."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as sales has it; `trouble` says in words why nobody can join it, and the mend."""

    id: str = ""
    name: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decisions about hand-offs go by. `campaigns` are by what the mapping calls them. `begins`: they were just
    switched on, and whoever was linked before is only noted."""

    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    begins: bool = False


NO_STANDING = Standing()
"""Where nobody is handed over."""


def with_follow_ups(
    object_map: ObjectMap, plan: Plan, records: Mapping[Ref, Record], key_field: str, standing: Standing
) -> Plan:
    """The plan of a marketing record in scope, with what is to be made beside its pair; beside a sales record that the
    plan makes this is only shown, and made once it is there. `key_field` is where a marketing record tells that it was
    made from one of sales."""
    ref = _about(plan, records)
    if ref is None:
        return plan
    match _hand_off(object_map, plan, ref, records[marketing_of(plan)], key_field, standing):
        case FollowUp() as follow_up:
            return replace(plan, follow_ups=(*plan.follow_ups, follow_up))
        case Held() as held:
            return replace(plan, held=(*plan.held, held))
        case Base() as noted:
            marketing, sales = ({**plan.agreed.of(side), **noted.of(side)} for side in Side)
            return replace(plan, agreed=Base(marketing, sales))
    return plan


def marketing_of(plan: Plan) -> Ref:
    """The marketing record of a plan that is about one; of another plan its source."""
    return plan.link.marketing if plan.link else plan.source


def _about(plan: Plan, records: Mapping[Ref, Record]) -> Ref | None:
    """The sales record of a pair that lives; of one that the plan makes, the record that it is made from."""
    if plan.link is not None:
        are_live = all(_is_live(records.get(plan.link.ref(side))) for side in Side)
        return plan.link.sales if are_live else None
    is_made = any(isinstance(write, Create) and write.side is Side.SALES for write in plan.writes)
    return plan.source if is_made and plan.source in records else None


def _is_live(record: Record | None) -> bool:
    return record is not None and not record.deleted and record.merged_into is None


def _hand_off(
    object_map: ObjectMap, plan: Plan, ref: Ref, record: Record, key_field: str, standing: Standing
) -> FollowUp | Held | Base | None:
    """Whether somebody joins a campaign now, waits for it, or counts as handed over without."""
    mapped, link = object_map.handoff_campaign, plan.link
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
    return FollowUp(ref, MEMBER, change)


def create_of(ref: Ref, change: FieldChange) -> Create:
    """The write that makes a follow-up about a sales record."""
    fields = {"CampaignId": change.new, f"{ref.object}Id": ref.id}
    return Create(Side.SALES, MEMBER, f"{change.new}:{ref.id}", fields)
