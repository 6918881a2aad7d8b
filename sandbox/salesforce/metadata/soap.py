"""The Metadata API's envelopes: deploy, retrieve and their states, and its calls for single components.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.metadata.calls import CALLS
from sandbox.salesforce.metadata.deployments import OPTIONS, Deployment
from sandbox.salesforce.metadata.package import named_in
from sandbox.salesforce.metadata.reports import report
from sandbox.salesforce.metadata.xml_tree import BadXml, Element, parse_xml, write_xml

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

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


def fault_of(trouble: Trouble) -> Fault:
    """A refused call; of a session SOAP speaks in words of its own."""
    is_session = trouble.code == "INVALID_SESSION_ID"
    message = "Invalid Session ID found in SessionHeader: Illegal Session" if is_session else trouble.message
    return Fault(f"sf:{trouble.code}", f"{trouble.code}: {message}")


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


def _retrieve(state: SalesforceState, asked: Element) -> str:
    request = asked.first("retrieveRequest") or asked
    unpackaged = request.first("unpackaged")
    named = named_in(unpackaged) if unpackaged else []
    made = state.retrievals.ask(named, request.text_of("apiVersion"))
    return write_xml("result", {"done": False, "id": made.id, "state": "Queued"})


def _check_retrieve_status(state: SalesforceState, asked: Element) -> str:
    made = state.retrievals.find(full_id(asked.text_of("asyncProcessId")) or "")
    if made is None:
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {asked.text_of('asyncProcessId')}")
    is_done = made.zip is not None
    with_zip = asked.text_of("includeZip").lower() != "false"
    return write_xml("result", {
        "done": is_done,
        "fileProperties": list(made.files),
        "id": made.id,
        "messages": [{"fileName": "package.xml", "problem": problem} for problem in made.missing],
        "status": made.status(state.clock.now()),
        "success": is_done,
        "zipFile": base64.b64encode(made.zip).decode() if made.zip is not None and with_zip else None,
    })  # fmt: skip


OPERATIONS: dict[str, Operation] = {
    "deploy": _deploy,
    "checkDeployStatus": _check_deploy_status,
    "cancelDeploy": _cancel_deploy,
    "retrieve": _retrieve,
    "checkRetrieveStatus": _check_retrieve_status,
    **CALLS,
}
