"""The org's limits and counts, and the lists of what the API offers."""

from __future__ import annotations

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.state import API_CALLS_A_DAY, SalesforceState

SEASONS = ("Winter", "Spring", "Summer")
FIRST_VERSION, LAST_VERSION = 41, 68
OTHERS = {
    "ActiveScratchOrgs": 40, "AnalyticsExternalDataSizeMB": 40_960, "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000, "DailyBulkApiBatches": 15_000, "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000, "DailyGenericStreamingApiEvents": 10_000, "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 10_240, "FileStorageMB": 10_240, "HourlyTimeBasedWorkflow": 1_000, "MassEmail": 5_000,
    "SingleEmail": 5_000,
}  # fmt: skip


def usage(state: SalesforceState) -> str:
    """The value of the `Sforce-Limit-Info` header."""
    return f"api-usage={state.api_calls}/{API_CALLS_A_DAY}"


def limits(call: Call) -> Answer:
    body = {name: {"Max": most, "Remaining": most} for name, most in OTHERS.items()}
    left = max(0, API_CALLS_A_DAY - call.state.api_calls)
    body["DailyApiRequests"] = {"Max": API_CALLS_A_DAY, "Remaining": left}
    return Answer(200, dict(sorted(body.items())))


def record_count(call: Call) -> Answer:
    """How many live records the named objects hold, those without any left out."""
    asked = {name.strip().lower() for name in call.parameters.get("sObjects", "").split(",") if name.strip()}
    tables = [table for name, table in sorted(call.state.tables.items()) if table.live and (not asked or name in asked)]
    return Answer(200, {"sObjects": [{"count": len(table.live), "name": table.kind.name} for table in tables]})


def resources(call: Call) -> Answer:
    """What stands under a version's own address."""
    names = ("tooling", "query", "queryAll", "limits", "sobjects", "composite")
    return Answer(200, {name: f"{call.base}/{name}" for name in names})


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
