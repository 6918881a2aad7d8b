"""HubSpot's refusals: one exception, and a function for each kind that gives it the recorded wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

PORTAL_ID = 44_956_321


class HubSpotRefusal(Exception):
    """A request HubSpot refuses. `details` are further keys of the body, in the order HubSpot sends them."""

    def __init__(self, status: int, category: str | None, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.details = details
        self.headers: dict[str, str] = {}

    def body(self, correlation_id: str) -> dict[str, Any]:
        body = {"status": "error", "message": self.message, "correlationId": correlation_id} | self.details
        return body | {"category": self.category} if self.category else body

    def inside_batch(self, trace_id: str) -> dict[str, Any]:
        """The refusal of one input, as an entry of `errors` in a 207 answer."""
        body = {"status": "error", "category": self.category, "message": self.message}
        context = self.details.get("context", {}) | {"objectWriteTraceId": [trace_id]}
        return body | self.details | {"context": context}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one property's value is refused."""

    name: str
    code: str
    message: str
    value: str | None = None

    def as_result(self) -> dict[str, Any]:
        """The problem as HubSpot writes it into the message of the refusal."""
        result: dict[str, Any] = {"isValid": False, "message": self.message, "error": self.code, "name": self.name}
        result["localizedErrorMessage"] = self.message
        if self.value is not None:
            result["propertyValue"] = self.value
        return result | {"portalId": PORTAL_ID}

    def as_error(self) -> dict[str, Any]:
        return {"message": self.message, "code": self.code, "context": {"propertyName": [self.name]}}


def bad_request(message: str, **details: Any) -> HubSpotRefusal:
    return HubSpotRefusal(400, "VALIDATION_ERROR", message, **details)


def unreadable_body(reason: str) -> HubSpotRefusal:
    return bad_request(f"Invalid input JSON on line 1, column 1: {reason}")


def not_found() -> HubSpotRefusal:
    return HubSpotRefusal(404, "OBJECT_NOT_FOUND", "resource not found")


def invalid_properties(problems: Sequence[Problem]) -> HubSpotRefusal:
    results = orjson.dumps([problem.as_result() for problem in problems]).decode()
    errors = [problem.as_error() for problem in problems]
    return bad_request(f"Property values were not valid: {results}", errors=errors)


def already_exists(singular: str, existing: int) -> HubSpotRefusal:
    return HubSpotRefusal(409, "CONFLICT", f"{singular.capitalize()} already exists. Existing ID: {existing}")


def already_has_value(singular: str, name: str, value: str, record_id: int, holder: int) -> HubSpotRefusal:
    kind = f"ObjectTypeId{{legacyObjectType={singular.upper()}}}"
    coordinates = f"portalId={PORTAL_ID}, objectTypeId={kind}, propertyName={name}, value={value}"
    message = f"Cannot set PropertyValueCoordinates{{{coordinates}}} on {record_id}. {holder} already has that value."
    return bad_request(message)


def not_unique(type_id: str, name: str) -> HubSpotRefusal:
    return bad_request(f"Unable to perform update/upsert by non-unique {type_id} property `{name}`")


def duplicate_ids(ids: Iterable[str]) -> HubSpotRefusal:
    twice = list(ids)
    message = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
    return bad_request(message, context={"ids": twice})


def missing_ids(label: str, ids: list[str], trace_ids: list[str]) -> dict[str, Any]:
    """All ids that a batch did not find, grouped into one entry of `errors`, as HubSpot does."""
    message = f"Could not get some {label} objects, they may be deleted or not exist. Check that ids are valid."
    context = {"ids": ids} | ({"objectWriteTraceId": trace_ids} if trace_ids else {})
    return {"status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": context}


def no_credentials() -> HubSpotRefusal:
    return HubSpotRefusal(
        401,
        "INVALID_AUTHENTICATION",
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    )


def missing_scopes(any_of: Sequence[str]) -> HubSpotRefusal:
    where = "https://developers.hubspot.com/scopes"
    error = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(any_of)},
    }
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {where}."
    )
    return HubSpotRefusal(403, "MISSING_SCOPES", message, errors=[error], links={"scopes": where})


def expired(at: str, seconds: int) -> HubSpotRefusal:
    message = f"The OAuth token used to make this call expired {seconds} second(s) ago."
    context = {"expire time": [at]}
    return HubSpotRefusal(
        401, "EXPIRED_AUTHENTICATION", message, errors=[{"message": message, "context": context}], context=context
    )
