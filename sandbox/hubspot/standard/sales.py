"""The properties of deals and tickets: what has a pipeline.

https://knowledge.hubspot.com/properties/hubspots-default-deal-properties; the options of stages and pipelines are
those of the pipelines (`pipelines.py`).
"""

from __future__ import annotations

from sandbox.hubspot.standard.parts import OWNER, SOURCES, choice, flag, listed, moment, number, read_only, text

SHARED = (
    OWNER,
    moment("hubspot_owner_assigneddate", "Owner assigned date"),
    moment("notes_last_contacted", "Last Contacted"),
    moment("notes_last_updated", "Last Activity Date"),
    moment("notes_next_activity_date", "Next Activity Date"),
    read_only(number("num_notes", "Number of Sales Activities")),
    moment("createdate", "Create Date"),
    moment("hs_createdate", "HubSpot Create Date"),
    moment("hs_lastmodifieddate", "Last Modified Date"),
    read_only(number("hs_object_id", "Record ID")),
    read_only(text("hs_merged_object_ids", "Merged record IDs")),
    read_only(choice("hs_analytics_source", "Original Traffic Source", SOURCES)),
)
DEAL_TYPES = (("New Business", "newbusiness"), ("Existing Business", "existingbusiness"))
FORECASTS = (
    ("Not forecasted", "OMIT"), ("Pipeline", "PIPELINE"), ("Best case", "BEST_CASE"), ("Commit", "COMMIT"),
    ("Closed won", "CLOSED"),
)  # fmt: skip
CURRENCIES = (("Euro", "EUR"), ("British Pound", "GBP"), ("US Dollar", "USD"), ("Swiss Franc", "CHF"))

DEAL_PROPERTIES = (
    *SHARED,
    text("dealname", "Deal Name"),
    number("amount", "Amount"),
    read_only(number("amount_in_home_currency", "Amount in company currency")),
    choice("dealstage", "Deal Stage", (), "radio"),
    choice("pipeline", "Pipeline", ()),
    moment("closedate", "Close Date", is_read_only=False),
    choice("dealtype", "Deal Type", DEAL_TYPES, "radio"),
    choice("deal_currency_code", "Currency", CURRENCIES),
    text("description", "Deal Description", "textarea"),
    text("closed_lost_reason", "Closed Lost Reason", "textarea"),
    text("closed_won_reason", "Closed Won Reason", "textarea"),
    text("hs_next_step", "Next step"),
    choice("hs_priority", "Priority", listed("low medium high")),
    choice("hs_manual_forecast_category", "Forecast category", FORECASTS),
    number("hs_forecast_amount", "Forecast amount"),
    number("hs_forecast_probability", "Forecast probability"),
    read_only(number("hs_deal_stage_probability", "Deal probability")),
    read_only(number("hs_projected_amount", "Weighted amount")),
    read_only(number("hs_closed_amount", "Closed Deal Amount")),
    read_only(flag("hs_is_closed", "Is Deal Closed?")),
    read_only(flag("hs_is_closed_won", "Is Closed Won")),
    read_only(flag("hs_is_closed_lost", "Is Closed Lost")),
    read_only(number("num_associated_contacts", "Number of Associated Contacts")),
)
TICKET_PROPERTIES = (
    *SHARED,
    text("subject", "Ticket name"),
    text("content", "Ticket description", "textarea"),
    choice("hs_pipeline", "Pipeline", ()),
    choice("hs_pipeline_stage", "Ticket status", ()),
    choice("hs_ticket_priority", "Priority", listed("LOW MEDIUM HIGH URGENT")),
    choice("hs_ticket_category", "Category", listed("PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY")),
    choice("source_type", "Source", listed("CHAT EMAIL FORM PHONE")),
)
