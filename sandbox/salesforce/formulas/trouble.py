"""What can be wrong with a formula: when it is saved, and when it is worked out for a record."""

from __future__ import annotations


class FormulaError(Exception):
    """The formula cannot be saved; the message is the service's.

    The messages are those of Salesforce's own open engine:
    https://github.com/salesforce/formula-engine (labels.xml, FormulaFieldExceptionMessages)
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FormulaFailure(Exception):
    """The formula has no value for this record, as for a division by zero."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def wrong_type(place: str, expected: str, received: str) -> FormulaError:
    return FormulaError(f"Incorrect parameter type for {place}. Expected {expected}, received {received}")


def wrong_count(place: str, expected: int, received: int) -> FormulaError:
    return FormulaError(f"Incorrect number of parameters for {place}. Expected {expected}, received {received}")


def unknown_field(name: str) -> FormulaError:
    return FormulaError(f"Field {name} does not exist. Check spelling.")


def picklist_misused(name: str, kind: str) -> FormulaError:
    return FormulaError(f"Field {name} is {kind} fields are only supported in certain functions.")
