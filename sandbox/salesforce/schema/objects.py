"""The objects beside people, companies and the org: what is sold, who did what and when, and what is set up for it."""

from __future__ import annotations

from sandbox.salesforce.schema.activities import event, task
from sandbox.salesforce.schema.campaigns import campaign, member
from sandbox.salesforce.schema.fields import SObject
from sandbox.salesforce.schema.history import email_message, histories
from sandbox.salesforce.schema.names import NAME
from sandbox.salesforce.schema.sales import contact_role, opportunity, stage
from sandbox.salesforce.schema.setup import setup_objects


def more_objects() -> list[SObject]:
    return [
        opportunity(), contact_role(), stage(), campaign(), member(), task(), event(), email_message(), *histories(),
        *setup_objects(), NAME,
    ]  # fmt: skip
