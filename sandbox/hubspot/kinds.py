"""The kinds of object: what sets contacts, companies, deals, tickets and the activities apart from one another."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.standard import activities, commerce, people, sales


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object. `defaults` are shown when nothing is asked for, `required` must be set on create.

    `pipeline_property` and `stage_property` hold the pipeline and the stage, where there are any. A custom object has
    a `full_name` (`p44956321_car`).
    """

    name: str
    singular: str
    type_id: str
    group: str
    modified_property: str
    defaults: tuple[str, ...]
    searched: tuple[str, ...]
    definitions: tuple[Property, ...]
    first_id: int
    id_step: int
    created_property: str = "createdate"
    required: tuple[str, ...] = ()
    is_activity: bool = False
    pipeline_property: str = ""
    stage_property: str = ""
    full_name: str = ""

    @property
    def always_shown(self) -> tuple[str, ...]:
        return (self.created_property, "hs_object_id", self.modified_property)


def activity(
    name: str, type_id: str, definitions: tuple[Property, ...], first_id: int, *required: str, searched: tuple[str, ...]
) -> Kind:
    return Kind(
        name=name,
        singular=name.removesuffix("s"),
        type_id=type_id,
        group=name.removesuffix("s"),
        modified_property="hs_lastmodifieddate",
        defaults=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        searched=searched,
        definitions=definitions,
        first_id=first_id,
        id_step=3,
        created_property="hs_createdate",
        required=("hs_timestamp", *required),
        is_activity=True,
    )


def plain(
    name: str,
    singular: str,
    type_id: str,
    definitions: tuple[Property, ...],
    first_id: int,
    defaults: tuple[str, ...],
    *required: str,
) -> Kind:
    """An object that is kept and shown, without rules of its own; its date of creation is one of its defaults."""
    return Kind(
        name=name,
        singular=singular,
        type_id=type_id,
        group=f"{singular.replace('_', '')}information",
        modified_property="hs_lastmodifieddate",
        defaults=defaults,
        searched=required,
        definitions=definitions,
        first_id=first_id,
        id_step=1,
        created_property="createdate" if "createdate" in defaults else "hs_createdate",
        required=required,
    )


CONTACTS = Kind(
    name="contacts",
    singular="contact",
    type_id="0-1",
    group="contactinformation",
    modified_property="lastmodifieddate",
    defaults=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    searched=("firstname", "lastname", "email", "phone", "company"),
    definitions=people.CONTACT_PROPERTIES,
    first_id=51,
    id_step=50,
    stage_property="lifecyclestage",
)
COMPANIES = Kind(
    name="companies",
    singular="company",
    type_id="0-2",
    group="companyinformation",
    modified_property="hs_lastmodifieddate",
    defaults=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    searched=("name", "domain", "website", "phone"),
    definitions=people.COMPANY_PROPERTIES,
    first_id=7_086_461_639,
    id_step=1,
    stage_property="lifecyclestage",
)
DEALS = Kind(
    name="deals",
    singular="deal",
    type_id="0-3",
    group="dealinformation",
    modified_property="hs_lastmodifieddate",
    defaults=(
        "amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline",
    ),
    searched=("dealname", "pipeline", "dealstage", "description", "dealtype"),
    definitions=sales.DEAL_PROPERTIES,
    first_id=6_744_192_456,
    id_step=1,
    required=("dealname", "dealstage", "pipeline"),
    pipeline_property="pipeline",
    stage_property="dealstage",
)  # fmt: skip
TICKETS = Kind(
    name="tickets",
    singular="ticket",
    type_id="0-5",
    group="ticketinformation",
    modified_property="hs_lastmodifieddate",
    defaults=(
        "content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline", "hs_pipeline_stage",
        "hs_ticket_category", "hs_ticket_priority", "subject",
    ),
    searched=("subject", "content", "hs_pipeline_stage", "hs_ticket_category"),
    definitions=sales.TICKET_PROPERTIES,
    first_id=1_075_966_440,
    id_step=1,
    required=("subject", "hs_pipeline_stage"),
    pipeline_property="hs_pipeline",
    stage_property="hs_pipeline_stage",
)  # fmt: skip
CALLS = activity(
    "calls", "0-48", activities.CALL_PROPERTIES, 31_200_000_401, searched=("hs_call_title", "hs_call_body")
)
EMAILS = activity(
    "emails", "0-49", activities.EMAIL_PROPERTIES, 32_200_000_402, "hs_email_direction", searched=("hs_email_subject",)
)
MEETINGS = activity(
    "meetings", "0-47", activities.MEETING_PROPERTIES, 33_200_000_403, searched=("hs_meeting_title", "hs_meeting_body")
)
NOTES = activity("notes", "0-46", activities.NOTE_PROPERTIES, 34_200_000_404, searched=("hs_note_body",))
TASKS = activity(
    "tasks", "0-27", activities.TASK_PROPERTIES, 35_200_000_405, searched=("hs_task_subject", "hs_task_body")
)

COMMUNICATIONS = activity(
    "communications",
    "0-18",
    commerce.COMMUNICATION_PROPERTIES,
    36_200_000_406,
    "hs_communication_channel_type",
    searched=("hs_communication_body",),
)
POSTAL_MAIL = activity(
    "postal_mail", "0-116", commerce.POSTAL_MAIL_PROPERTIES, 37_200_000_407, searched=("hs_postal_mail_body",)
)
LEADS = Kind(
    name="leads",
    singular="lead",
    type_id="0-136",
    group="leadinformation",
    modified_property="hs_lastmodifieddate",
    defaults=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    searched=("hs_lead_name",),
    definitions=commerce.LEAD_PROPERTIES,
    first_id=392_500_101,
    id_step=1,
    created_property="hs_createdate",
    required=("hs_lead_name",),
    pipeline_property="hs_pipeline",
    stage_property="hs_pipeline_stage",
)
PRODUCT_DEFAULTS = ("createdate", "description", "hs_lastmodifieddate", "hs_object_id", "name", "price")
LINE_DEFAULTS = ("amount", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_product_id", "quantity")
QUOTE_DEFAULTS = (
    "hs_createdate", "hs_expiration_date", "hs_lastmodifieddate", "hs_object_id", "hs_public_url_key", "hs_status",
    "hs_title",
)  # fmt: skip
PLAIN_DEFAULTS = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
PLAIN = (
    plain("products", "product", "0-7", commerce.PRODUCT_PROPERTIES, 1_155_995_587, PRODUCT_DEFAULTS, "name"),
    plain("line_items", "line_item", "0-8", commerce.LINE_ITEM_PROPERTIES, 2_155_995_588, LINE_DEFAULTS),
    plain("quotes", "quote", "0-14", commerce.QUOTE_PROPERTIES, 70_524_908, QUOTE_DEFAULTS, "hs_title"),
    plain("feedback_submissions", "feedback_submission", "0-19", commerce.FEEDBACK_PROPERTIES, 805_001, PLAIN_DEFAULTS),
    plain("goal_targets", "goal_target", "0-74", commerce.GOAL_PROPERTIES, 906_001, PLAIN_DEFAULTS),
    plain("deal_splits", "deal_split", "0-72", commerce.DEAL_SPLIT_PROPERTIES, 707_001, PLAIN_DEFAULTS),
)

KINDS = (
    CONTACTS, COMPANIES, DEALS, TICKETS, CALLS, EMAILS, MEETINGS, NOTES, TASKS, COMMUNICATIONS, POSTAL_MAIL, LEADS,
    *PLAIN,
)  # fmt: skip
NAMES = {name: kind.name for kind in KINDS for name in (kind.name, kind.singular, kind.type_id)}
"""Every name by which a path may call an object, in lower case; a portal's custom objects come on top."""
