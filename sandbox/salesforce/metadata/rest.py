"""Deployments by REST: the same deployments, asked for and told of in JSON.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy.htm
"""

from __future__ import annotations

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble, no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.metadata.component import part_of
from sandbox.salesforce.metadata.deployments import OPTIONS, Deployment
from sandbox.salesforce.metadata.reports import report
from sandbox.salesforce.multipart import parts_of


def deploy(call: Call) -> Answer:
    """A multipart request: `json` with the `deployOptions`, `file` with the zip."""
    body, content = parts_of(call, "json", "file")
    asked = part_of(body, "deployOptions")
    options = {name: asked.get(name) is True for name in OPTIONS}
    made = call.state.deployments.ask(content, options)
    return Answer(201, {"deployOptions": options, "id": made.id, "url": _url(call, made)})


def status(call: Call) -> Answer:
    made = _found(call)
    result = report(call.state, made, call.flag("includeDetails"))
    return Answer(200, {"deployResult": result, "id": made.id, "url": _url(call, made)})


def cancel(call: Call) -> Answer:
    """`{"deployResult": {"status": "Canceling"}}`, while the deployment has not ended."""
    made = _found(call)
    if part_of(call.record(), "deployResult").get("status") != "Canceling":
        raise Trouble("INVALID_FIELD", 'deployResult.status must be "Canceling"')
    call.state.deployments.cancel(made)
    return Answer(202, {"deployResult": report(call.state, made, False), "id": made.id, "url": _url(call, made)})


def _found(call: Call) -> Deployment:
    made = call.state.deployments.find(full_id(call.parts[0]) or "")
    if made is None:
        raise no_such_resource()
    return made


def _url(call: Call, made: Deployment) -> str:
    return f"{call.origin}{call.base}/metadata/deployRequest/{made.id}"
