"""What happens around each write, in Salesforce's order of execution.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
"""

from __future__ import annotations

from sandbox.salesforce.derived import derive
from sandbox.salesforce.object_checks import check_object
from sandbox.salesforce.own_rows import name_primary_contact, offer_record_types, relate, track
from sandbox.salesforce.saving import Step

BEFORE: tuple[Step, ...] = (check_object, derive)
"""Before the record is checked: flows and triggers that change its fields."""
CHECKS: tuple[Step, ...] = ()
"""The organisation's own checks: validation rules, then duplicate rules."""
AFTER: tuple[Step, ...] = (relate, name_primary_contact, track, offer_record_types)
"""Once the record stands: assignment rules, then flows that write."""
