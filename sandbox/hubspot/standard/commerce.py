"""The properties of what a sync meets beside people, deals and activities: products, quotes, leads and more.

As far as readers ask for them; their own rules (prices of line items, states of quotes) are not worked out.
"""

from __future__ import annotations

from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.standard.activities import SHARED as ACTIVITY
from sandbox.hubspot.standard.parts import OWNER, choice, html, listed, moment, number, read_only, text

STAMPS = (
    moment("createdate", "Create Date"),
    moment("hs_createdate", "Object create date/time"),
    moment("hs_lastmodifieddate", "Last Modified Date"),
    read_only(number("hs_object_id", "Record ID")),
    read_only(text("hs_merged_object_ids", "Merged record IDs")),
    OWNER,
)
PRODUCT_PROPERTIES = (
    *STAMPS,
    text("name", "Name"),
    text("description", "Product description", "textarea"),
    text("hs_sku", "SKU"),
    number("price", "Unit price"),
    number("hs_cost_of_goods_sold", "Unit cost"),
)
LINE_ITEM_PROPERTIES = (
    *PRODUCT_PROPERTIES,
    number("hs_product_id", "Product ID"),
    number("quantity", "Quantity"),
    number("amount", "Net price"),
)
QUOTE_STATUS = listed("DRAFT APPROVAL_NOT_NEEDED PENDING_APPROVAL APPROVED REJECTED")
QUOTE_PROPERTIES = (
    *STAMPS,
    text("hs_title", "Quote Name"),
    moment("hs_expiration_date", "Expiration Date", is_read_only=False),
    choice("hs_status", "Quote Status", QUOTE_STATUS),
    text("hs_public_url_key", "Public URL key"),
    number("hs_quote_amount", "Quote Amount"),
)
LEAD_PROPERTIES = (
    *STAMPS,
    text("hs_lead_name", "Lead name"),
    choice("hs_lead_type", "Lead type", listed("NEW_BUSINESS RE_ENGAGEMENT UPSELL RE_ATTEMPTING")),
    choice("hs_lead_label", "Lead label", listed("HOT WARM COLD")),
    choice("hs_pipeline", "Lead pipeline", ()),
    choice("hs_pipeline_stage", "Lead pipeline stage", ()),
)
COMMUNICATION_PROPERTIES = (
    *ACTIVITY,
    choice("hs_communication_channel_type", "Channel type", listed("WHATS_APP LINKEDIN_MESSAGE SMS")),
    choice("hs_communication_logged_from", "Logged from", listed("CRM")),
    html("hs_communication_body", "Communication body"),
)
POSTAL_MAIL_PROPERTIES = (*ACTIVITY, html("hs_postal_mail_body", "Postal mail body"))
FEEDBACK_PROPERTIES = (
    *STAMPS,
    text("hs_content", "Response", "textarea"),
    text("hs_survey_name", "Survey name"),
    number("hs_value", "Rating"),
)
GOAL_PROPERTIES = (*STAMPS, text("hs_goal_name", "Goal name"), number("hs_target_amount", "Target amount"))
DEAL_SPLIT_PROPERTIES: tuple[Property, ...] = (*STAMPS, number("hs_deal_split_percentage", "Split percentage"))
