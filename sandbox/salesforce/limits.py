"""The org's limits and counts, and the lists of what the API offers."""

from __future__ import annotations

from sandbox.salesforce.access.oauth import identity_url
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.state import SalesforceState

SEASONS = ("Winter", "Spring", "Summer")
FIRST_VERSION, LAST_VERSION = 41, 68
OTHERS = {
    "ActiveScratchOrgs": 40, "AnalyticsExternalDataSizeMB": 40_960, "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000, "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000, "DailyGenericStreamingApiEvents": 10_000, "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 10_240, "FileStorageMB": 10_240, "HourlyTimeBasedWorkflow": 1_000, "MassEmail": 5_000,
    "SingleEmail": 5_000,
}  # fmt: skip


def usage(state: SalesforceState) -> str:
    """The value of the `Sforce-Limit-Info` header."""
    return f"api-usage={state.usage.calls.total}/{state.usage.daily}"


def limits(call: Call) -> Answer:
    """What the org may use and what is left; storage counts 2 KB for each record, as Salesforce does."""
    used = call.state.usage
    records = sum(len(table.live) for table in call.state.tables.values())
    spent = {
        "DailyApiRequests": used.calls.total,
        "DailyBulkApiBatches": used.batches.total,
        "DailyBulkV2QueryJobs": used.query_jobs.total,
        "DailyBulkV2QueryFileStorageMB": used.query_bytes.total // 1_000_000,
        "DataStorageMB": records * 2 // 1024,
    }
    most = {**OTHERS, "DailyApiRequests": used.daily, "DailyBulkApiBatches": used.daily_batches}
    body = {name: {"Max": most[name], "Remaining": max(0, most[name] - spent.get(name, 0))} for name in sorted(most)}
    return Answer(200, body)


def record_count(call: Call) -> Answer:
    """How many live records the named objects hold, those without any left out."""
    asked = {name.strip().lower() for name in call.parameters.get("sObjects", "").split(",") if name.strip()}
    tables = [table for name, table in sorted(call.state.tables.items()) if table.live and (not asked or name in asked)]
    return Answer(200, {"sObjects": [{"count": len(table.live), "name": table.kind.name} for table in tables]})


def resources(call: Call) -> Answer:
    """What stands under a version's own address."""
    names = (
        "tooling",
        "query",
        "queryAll",
        "limits",
        "sobjects",
        "composite",
        "jobs",
        "recent",
        "search",
        "parameterizedSearch",
    )
    identity = identity_url(call.state, call.origin)
    return Answer(200, {**{name: f"{call.base}/{name}" for name in names}, "identity": identity})


def recent(_call: Call) -> Answer:
    """The records that the user viewed lately: an API user views none."""
    return Answer(200, [])


def quick_actions(_call: Call) -> Answer:
    """This org has none."""
    return Answer(200, [])


def versions() -> list[dict[str, str]]:
    """The API versions, three a year: v41 is Winter '18.

    >>> versions()[-1]
    {'label': "Winter '27", 'url': '/services/data/v68.0', 'version': '68.0'}
    """
    return [
        {
            "label": f"{SEASONS[(number - FIRST_VERSION) % 3]} '{18 + (number - FIRST_VERSION) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(FIRST_VERSION, LAST_VERSION + 1)
    ]
