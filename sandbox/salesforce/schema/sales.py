"""Opportunity, who stands where in one, and the stages it goes through."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, JUNCTION, SOURCES, identity, owner, stamps
from sandbox.salesforce.schema.fields import (
    Field,
    SObject,
    area,
    choice,
    day,
    decimal,
    flag,
    link,
    moment,
    money,
    seen,
    sobject,
    text,
    whole,
)  # fmt: skip
from sandbox.salesforce.schema.organization import PLAIN

TYPES = ("Existing Customer - Upgrade", "Existing Customer - Replacement", "Existing Customer - Downgrade",
         "New Customer")  # fmt: skip
FORECASTS = ("Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed")
FORECAST_NAMES = ("Omitted", "Pipeline", "Best Case", "Commit", "Closed")
ROLES = ("Business User", "Decision Maker", "Economic Buyer", "Economic Decision Maker", "Evaluator",
         "Executive Sponsor", "Influencer", "Technical Buyer", "Other")  # fmt: skip
STAGES = (
    # stage, probability, forecast category
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 10, "Pipeline"),
    ("Needs Analysis", 20, "Pipeline"),
    ("Value Proposition", 50, "Pipeline"),
    ("Id. Decision Makers", 60, "Pipeline"),
    ("Perception Analysis", 70, "Pipeline"),
    ("Proposal/Price Quote", 75, "Pipeline"),
    ("Negotiation/Review", 90, "Pipeline"),
    ("Closed Won", 100, "Closed"),
    ("Closed Lost", 0, "Omitted"),
)
"""The stages of a new org."""


def opportunity() -> SObject:
    fields = [*identity("Opportunity"), *_business(), owner(), *stamps(), *_rest()]
    return sobject("Opportunity", "006", fields, plural="Opportunities", traits={"deepCloneable": True})


def _business() -> list[Field]:
    return [
        link("AccountId", "Account", lookup=True, children="Opportunities", cascade=True),
        flag("IsPrivate", "Private"),
        text("Name", 120, id_lookup=True, name_field=True, nillable=False, **PLAIN),
        area("Description", 32000),
        choice("StageName", tuple(stage for stage, *_ in STAGES), 255, "Stage", nillable=False, **PLAIN),
        money("Amount", scale=2),
        Field("Probability", "Probability (%)", "percent", precision=3, defaulted=True),
        money("ExpectedRevenue", "Expected Amount", scale=2, createable=False, updateable=False),
        decimal("TotalOpportunityQuantity", "Quantity", scale=2),
        day("CloseDate", nillable=False, **PLAIN),
        choice("Type", TYPES, 255, "Opportunity Type"),
        text("NextStep", 255),
        choice("LeadSource", SOURCES),
        seen(flag("IsClosed", "Closed")),
        seen(flag("IsWon", "Won")),
        choice("ForecastCategory", FORECASTS, 40, nillable=False, restricted=True, **FIXED),
        choice("ForecastCategoryName", FORECAST_NAMES, 255, "Forecast Category", defaulted=True, restricted=True,
               **PLAIN),
        link("CampaignId", "Campaign", lookup=True, children="Opportunities"),
        seen(flag("HasOpportunityLineItem", "Has Line Item")),
        link("Pricebook2Id", "Pricebook2", "Price Book ID", defaulted=True, lookup=True, **PLAIN),
    ]  # fmt: skip


def _rest() -> list[Field]:
    history = "Opportunity History ID"
    return [
        day("LastActivityDate", "Last Activity", **FIXED),
        moment("LastStageChangeDate", **FIXED),
        whole("FiscalQuarter", part_of="Fiscal", **FIXED),
        whole("FiscalYear", part_of="Fiscal", **FIXED),
        text("Fiscal", 6, "Fiscal Period", **FIXED),
        link("ContactId", "Contact", relationship=None, updateable=False, children="Opportunities", **PLAIN),
        moment("LastViewedDate", **FIXED),
        moment("LastReferencedDate", **FIXED),
        seen(flag("HasOpenActivity", "Has Open Activity", abilities="g")),
        seen(flag("HasOverdueTask", "Has Overdue Task", abilities="g")),
        link("LastAmountChangedHistoryId", "OpportunityHistory", history, lookup=True, **FIXED),
        link("LastCloseDateChangedHistoryId", "OpportunityHistory", history, lookup=True, **FIXED),
    ]


def contact_role() -> SObject:
    more: dict[str, Any] = {"children": "OpportunityContactRoles", "cascade": True}
    fields = [
        *identity("Contact Role", deletable=False),
        link("OpportunityId", "Opportunity", nillable=False, updateable=False, **more, **PLAIN),
        link("ContactId", "Contact", nillable=False, **more, **PLAIN),
        choice("Role", ROLES, 40, **PLAIN),
        flag("IsPrimary", "Primary", permissionable=False),
        *stamps(),
        seen(flag("IsDeleted", "Deleted")),
    ]
    return sobject("OpportunityContactRole", "00K", fields, plural="Opportunity Contact Role", traits=JUNCTION)


def stage() -> SObject:
    fields = [
        *identity("Opportunity Stage", deletable=False),
        text("MasterLabel", 255, name_field=True, **FIXED),
        text("ApiName", 255, "API Name", **FIXED),
        seen(flag("IsActive", "Is Active")),
        whole("SortOrder", digits=9, **FIXED),
        seen(flag("IsClosed", "Closed")),
        seen(flag("IsWon", "Won")),
        choice("ForecastCategory", FORECASTS, 40, restricted=True, **FIXED),
        choice("ForecastCategoryName", FORECAST_NAMES, 255, "Forecast Category Name", **FIXED),
        Field("DefaultProbability", "Probability (%)", "percent", precision=3, **FIXED),
        text("Description", 255, **FIXED),
        *stamps(),
    ]
    return sobject("OpportunityStage", "01J", fields, createable=False, updateable=False, deletable=False,
                   keeps_deleted=False, layoutable=False, triggerable=False)  # fmt: skip
