"""The Metadata API's envelopes: deploy and checkDeployStatus, and its calls for single components.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.metadata.calls import CALLS
from sandbox.salesforce.metadata.deployments import Deployment, Outcome
from sandbox.salesforce.metadata.xml_tree import BadXml, Element, parse_xml, write_xml
from sandbox.salesforce.values import wire_moment

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

OPTIONS = ("allowMissingFiles", "autoUpdatePackage", "checkOnly", "ignoreWarnings", "performRetrieve", "purgeOnDelete",
           "rollbackOnError", "singlePackage")  # fmt: skip
NAMESPACES = {
    "xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
    "xmlns": "http://soap.sforce.com/2006/04/metadata",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
FAULTS = {"xmlns:soapenv": NAMESPACES["xmlns:soapenv"], "xmlns:sf": NAMESPACES["xmlns"]}
Operation = Callable[["SalesforceState", Element], str]


class Fault(Exception):
    """A refused call: its code, and what it says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_envelope(body: bytes) -> tuple[str, Element]:
    """The session of a call, and the element that names what is asked."""
    try:
        root = parse_xml(body)
    except BadXml as error:
        raise Fault("soapenv:Client", f"{error.message} at line {error.line}") from None
    asked = root.first("Body")
    if asked is None or not asked.children:
        raise Fault("soapenv:Client", "The SOAP body holds no call")
    return root.text_of("Header", "SessionHeader", "sessionId"), asked.children[0]


def answer(state: SalesforceState, asked: Element) -> str:
    """The envelope that answers a call. Raises Fault."""
    operation = OPERATIONS.get(asked.tag)
    if operation is None:
        raise Fault("sf:UNKNOWN_EXCEPTION", f"No operation available for request {asked.tag}")
    try:
        return envelope(f"<{asked.tag}Response>{operation(state, asked)}</{asked.tag}Response>")
    except Trouble as trouble:
        raise Fault(f"sf:{trouble.code}", f"{trouble.code}: {trouble.message}") from None


def envelope(content: str) -> str:
    shown = "".join(f' {name}="{value}"' for name, value in NAMESPACES.items())
    body = f"<soapenv:Body>{content}</soapenv:Body>"
    return f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope{shown}>{body}</soapenv:Envelope>'


def fault_envelope(fault: Fault) -> str:
    shown = "".join(f' {name}="{value}"' for name, value in FAULTS.items())
    content = write_xml("soapenv:Fault", {"faultcode": fault.code, "faultstring": fault.message})
    body = f"<soapenv:Body>{content}</soapenv:Body>"
    return f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope{shown}>{body}</soapenv:Envelope>'


def session_fault() -> Fault:
    message = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session"
    return Fault("sf:INVALID_SESSION_ID", message)


def _deploy(state: SalesforceState, asked: Element) -> str:
    try:
        content = base64.b64decode(asked.text_of("ZipFile"), validate=False)
    except binascii.Error:
        raise Fault("soapenv:Client", "ZipFile is not base64") from None
    options = {name: asked.text_of("DeployOptions", name).lower() == "true" for name in OPTIONS}
    made = state.deployments.ask(content, options)
    return write_xml("result", {"done": False, "id": made.id, "state": "Queued"})


def _check_deploy_status(state: SalesforceState, asked: Element) -> str:
    wants_details = asked.text_of("includeDetails").lower() == "true"
    deployment = _deployment(state, asked.text_of("asyncProcessId"))
    return write_xml("result", report(state, deployment, wants_details))


def _cancel_deploy(state: SalesforceState, asked: Element) -> str:
    deployment = _deployment(state, asked.text_of("String") or asked.text_of("asyncProcessId"))
    state.deployments.cancel(deployment)
    return write_xml("result", {"done": True, "id": deployment.id})


def _deployment(state: SalesforceState, text: str) -> Deployment:
    deployment = state.deployments.find(full_id(text) or "")
    if deployment is None:
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {text}")
    return deployment


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
        "errorStatusCode": "INVALID_FIELD_OR_PACKAGE" if deployment.error else None,
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


OPERATIONS: dict[str, Operation] = {
    "deploy": _deploy,
    "checkDeployStatus": _check_deploy_status,
    "cancelDeploy": _cancel_deploy,
    **CALLS,
}
