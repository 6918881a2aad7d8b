"""What became of a deployment, in the service's words: the DeployResult of SOAP and of REST."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.metadata.deployments import Deployment, Outcome
from sandbox.salesforce.values import wire_moment

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def report(state: SalesforceState, deployment: Deployment, wants_details: bool) -> dict[str, Any]:
    """A DeployResult, in the service's order of its parts."""
    status = deployment.status(state.clock.now())
    is_done = deployment.is_carried_out or deployment.is_canceled
    counted = [outcome for outcome in deployment.outcomes if not (outcome.file == "package.xml" and outcome.succeeded)]
    failures = len(deployment.failures)
    at = _moment(deployment.ends_at) if is_done else None
    result: dict[str, Any] = {
        "checkOnly": deployment.options["checkOnly"],
        "completedDate": at,
        "createdBy": state.user_id,
        "createdByName": state.tables["user"].live[state.user_id]["Name"],
        "createdDate": _moment(deployment.asked_at),
    }
    if wants_details and deployment.is_carried_out:
        result["details"] = {
            "componentFailures": [_message(each, at) for each in counted if not each.succeeded],
            "componentSuccesses": [_message(each, at) for each in counted if each.succeeded],
            "runTestResult": {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0},
        }
    result |= {
        "done": is_done,
        "errorMessage": deployment.error or None,
        "errorStatusCode": "UNKNOWN_EXCEPTION" if deployment.error else None,
        "id": deployment.id,
        "ignoreWarnings": deployment.options["ignoreWarnings"],
        "lastModifiedDate": at or _moment(deployment.asked_at),
        "numberComponentErrors": failures,
        "numberComponentsDeployed": len(counted) - failures,
        "numberComponentsTotal": len(counted),
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": deployment.options["rollbackOnError"],
        "runTestsEnabled": False,
        "startDate": _moment(deployment.asked_at),
        "status": status,
        "success": status in ("Succeeded", "SucceededPartial"),
    }
    return result


def _message(outcome: Outcome, at: str | None) -> dict[str, Any]:
    """A DeployMessage: a failure tells the line, a success the id."""
    return {
        "changed": outcome.succeeded and not outcome.problem,
        "columnNumber": outcome.column or None,
        "componentType": outcome.type,
        "created": outcome.created,
        "createdDate": at,
        "deleted": outcome.deleted,
        "fileName": outcome.file,
        "fullName": outcome.full_name,
        "id": outcome.id or None,
        "lineNumber": outcome.line or None,
        "problem": outcome.problem or None,
        "problemType": None if not outcome.problem else "Warning" if outcome.is_warning else "Error",
        "success": outcome.succeeded,
    }


def _moment(at: datetime) -> str:
    return wire_moment(at).removesuffix("+0000") + "Z"
