"""What Salesforce answers when it refuses: a status, a code, a message and the fields it is about."""

from __future__ import annotations

from collections.abc import Sequence


class Trouble(Exception):
    """A refused call (shown as a list with `errorCode`) or a refused record (a row with `statusCode`)."""

    def __init__(self, code: str, message: str, fields: Sequence[str] | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)
        self.status = status
        self.others: list[Trouble] = []
        """More refusals of the same record: all validation rules that fail are answered together."""

    def as_call(self) -> list[dict[str, object]]:
        """The body of a refused call; `fields` is there only for refusals of a record's values."""
        body: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            body["fields"] = self.fields
        return [body, *(entry for other in self.others for entry in other.as_call())]

    def as_row(self) -> dict[str, object]:
        """A row of a collection's answer, where the code is called `statusCode` and `fields` is always there."""
        problems = [
            {"statusCode": each.code, "message": each.message, "fields": each.fields or []}
            for each in (self, *self.others)
        ]
        return {"success": False, "errors": problems}


class Choices(Exception):
    """Several records carry the external id that was asked for: answered with 300 and their addresses."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"{len(ids)} records")
        self.ids = list(ids)


def no_such_resource() -> Trouble:
    return Trouble("NOT_FOUND", "The requested resource does not exist", status=404)


def no_such_external_id(name: str) -> Trouble:
    return Trouble("NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}", status=404)


def no_such_column(name: str, object_name: str) -> Trouble:
    return Trouble("INVALID_FIELD", f"No such column '{name}' on sobject of type {object_name}")


def is_deleted() -> Trouble:
    return Trouble("ENTITY_IS_DELETED", "entity is deleted", (), status=404)


def no_such_record() -> Trouble:
    return Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (), status=404)


def no_access() -> Trouble:
    return Trouble("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", (), status=403)


def session_invalid() -> Trouble:
    return Trouble("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def quota_spent() -> Trouble:
    return Trouble("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)


def unreadable_json(detail: str) -> Trouble:
    return Trouble("JSON_PARSER_ERROR", detail)
