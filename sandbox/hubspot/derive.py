"""What HubSpot works out by itself from the values of a record, and sets with the same write.

A deal's probability, weighted amount and whether it is won; that a task is done; who an email is from and to.
https://knowledge.hubspot.com/properties/hubspots-default-deal-properties
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from sandbox.hubspot.schema.pipelines import Pipelines
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.table import Record

Values = dict[str, str | None]


def derive(object_name: str, values: Values, record: Record | None, pipelines: Pipelines, now: int) -> Values:
    """The values that follow from a write of `values`."""
    before: Values = {**record.properties} if record and object_name in ("deals", "tasks") else {}
    match object_name:
        case "deals" if values.keys() & {"dealstage", "amount", "pipeline"}:
            return deal(before | values, pipelines, now)
        case "tasks" if "hs_task_status" in values:
            return task(before | values, now)
        case "emails" if "hs_email_headers" in values:
            return email(values["hs_email_headers"])
    return {}


def given(values: Values) -> dict[str, str]:
    """The values that are set."""
    return {name: value for name, value in values.items() if value is not None}


def deal(after: Values, pipelines: Pipelines, now: int) -> Values:
    stage = pipelines.stage("deals", after.get("dealstage"))
    if stage is None:
        return {}
    probability = stage.metadata.get("probability", "0")
    is_won = stage.is_closed and number(probability) == 1
    amount = number(after.get("amount"))
    values: Values = {
        "hs_deal_stage_probability": plain(number(probability)),
        "hs_is_closed": str(stage.is_closed).lower(),
        "hs_is_closed_won": str(is_won).lower(),
        "hs_is_closed_lost": str(stage.is_closed and not is_won).lower(),
        "hs_projected_amount": plain(amount * number(probability)),
        "hs_closed_amount": plain(amount if is_won else Decimal(0)),
        "amount_in_home_currency": after.get("amount"),
    }
    return values | ({"closedate": stamp(now)} if stage.is_closed and not after.get("closedate") else {})


def number(text: str | None) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)


def plain(value: Decimal) -> str:
    """
    >>> plain(Decimal("500.00")), plain(Decimal("0.20"))
    ('500', '0.2')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def task(after: Values, now: int) -> Values:
    is_done = after.get("hs_task_status") == "COMPLETED"
    done_at = after.get("hs_task_completion_date") or stamp(now)
    return {"hs_task_is_completed": str(is_done).lower(), "hs_task_completion_date": done_at if is_done else None}


def email(headers: str | None) -> Values:
    """The addresses in `hs_email_headers`: https://developers.hubspot.com/docs/api-reference/crm-emails-v3/guide."""
    try:
        read = orjson.loads(headers or "{}")
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(read, dict):
        return {}
    senders, receivers = people(read.get("from")), people(read.get("to"))
    return {
        "hs_email_from_email": joined(senders, "email"),
        "hs_email_from_firstname": joined(senders, "firstName"),
        "hs_email_from_lastname": joined(senders, "lastName"),
        "hs_email_to_email": joined(receivers, "email"),
        "hs_email_to_firstname": joined(receivers, "firstName"),
        "hs_email_to_lastname": joined(receivers, "lastName"),
        "hs_email_cc_email": joined(people(read.get("cc")), "email"),
        "hs_email_bcc_email": joined(people(read.get("bcc")), "email"),
    }


def people(found: Any) -> list[dict[str, Any]]:
    each = found if isinstance(found, list) else [found]
    return [one for one in each if isinstance(one, dict)]


def joined(found: list[dict[str, Any]], key: str) -> str | None:
    return ";".join(str(one[key]) for one in found if one.get(key)) or None
