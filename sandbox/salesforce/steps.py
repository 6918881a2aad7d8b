"""What happens around each write, in Salesforce's order of execution.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
"""

from __future__ import annotations

from sandbox.salesforce import validation
from sandbox.salesforce.life import removal
from sandbox.salesforce.objects.derived import derive
from sandbox.salesforce.objects.object_checks import check_object
from sandbox.salesforce.objects.own_rows import name_primary_contact, relate, track
from sandbox.salesforce.organisation import apex, assignment, duplicates, flows, locks, phones
from sandbox.salesforce.saving import Step

BEFORE: tuple[Step, ...] = (
    locks.check, check_object, flows.before_save, apex.run_triggers, phones.reformat, derive,
)  # fmt: skip
"""Before the record is checked: flows and triggers that change its fields."""
CHECKS: tuple[Step, ...] = (validation.check, duplicates.check)
"""The organisation's own checks: validation rules, then duplicate rules."""
AFTER: tuple[Step, ...] = (
    relate, name_primary_contact, track, assignment.assign, flows.after_save,
)  # fmt: skip
"""Once the record stands: assignment rules, then flows that write."""
REMOVAL: tuple[Step, ...] = (locks.check, removal.check)
"""Before a record goes into the recycle bin."""
