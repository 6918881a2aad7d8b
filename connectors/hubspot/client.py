"""One connection to HubSpot's API through the official client: held API objects, raw bytes, timeouts, retries.

Everything that we send may be repeated (reads, searches, updates, upserts by our key) unless a call says otherwise.
Errors leave this module as `ConnectorError`s only.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from connectors.base import (
    ConnectorError,
    Grant,
    Keeper,
    NoAnswer,
    QuotaSpent,
    RequestRefused,
    Unauthorized,
    Unavailable,
)
from connectors.batches import without_values
from connectors.budget import MOST_WAIT, Budget, hubspot_bucket, most_calls
from connectors.hubspot import usage
from connectors.hubspot.oauth import App, fetch_grant
from connectors.hubspot.wire import Problem, decode
from connectors.session import Session, for_login

ATTEMPTS = 4
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# HubSpot's own meanings: 423 locked for 2 s, 477 migration, 521-524 its edge.
# https://developers.hubspot.com/docs/api-reference/error-handling
_LOCKED = {423, 477}
_log = logging.getLogger("entente.hubspot")


class Refusal(RequestRefused):
    """HubSpot says no to the whole request, with its reasons in `problem`."""

    def __init__(self, message: str, status: int, problem: Problem) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


class MissingScopes(Unauthorized):
    """The token lacks a permission; `scopes` are those of which HubSpot wants one."""

    def __init__(self, message: str, scopes: list[str]) -> None:
        super().__init__(message)
        self.scopes = scopes


class HubSpotClient:
    """Calls one portal. `calls` counts the requests that reached it, tokens apart.

    `sign_in` is a token that does not change (a service key), or an app whose access tokens are renewed.
    """

    def __init__(
        self,
        url: str,
        sign_in: str | App,
        timeout: tuple[float, float] = (3.05, 30),
        sleep: Callable[[float], None] = time.sleep,
        keeper: Keeper | None = None,
        clock: Callable[[], float] = time.time,
        budget: Budget | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise RequestRefused(f"HubSpot's address {url} must begin with https://: a token is not sent in the clear")
        self.url = url.rstrip("/")
        self.calls = 0
        self.usage: tuple[int, int] | None = None
        """API calls used, and allowed, today by the last answer; private apps are told, other tokens are not."""
        self.date = ""
        """HubSpot's clock at the last answer, as HTTP writes it."""
        self.is_app = isinstance(sign_in, App)
        self._given = Grant(sign_in) if isinstance(sign_in, str) else None
        self._app = sign_in if isinstance(sign_in, App) else None
        self._session = Session(self._fetch, keeper, clock)
        self._clock = clock
        self._timeout = timeout
        self._sleep = sleep
        self._budget = budget or Budget("hubspot")
        self._budget.ask_end = self._ask_end

    @cached_property
    def api(self) -> SimpleNamespace:
        """The held API objects, all on one connection pool; the client is imported here, since that takes its time."""
        import urllib3  # noqa: PLC0415
        from hubspot.crm import objects  # noqa: PLC0415

        configuration = objects.Configuration(host=self.url)
        # Only a connection that never stood is retried below us: no call was made, nothing is counted.
        configuration.retries = urllib3.Retry(
            total=None, connect=2, read=False, redirect=False, status=0, other=0, backoff_factor=0.2
        )
        client = objects.ApiClient(configuration)
        client.user_agent = "entente (hubspot-api-client)"
        client.set_default_header("Accept-Encoding", "gzip")
        return SimpleNamespace(
            client=client,
            basic=objects.BasicApi(client),
            batch=objects.BatchApi(client),
            search=objects.SearchApi(client),
            refused=objects.exceptions.ApiException,
            # The client decodes the text of every refusal, also a gateway's page in some other encoding.
            broken=(urllib3.exceptions.HTTPError, UnicodeDecodeError),
            unsent=(urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError),
        )

    @cached_property
    def properties(self) -> Any:
        from hubspot.crm.properties import CoreApi  # noqa: PLC0415

        return CoreApi(self.api.client)

    @cached_property
    def owners(self) -> Any:
        from hubspot.crm.owners import OwnersApi  # noqa: PLC0415

        return OwnersApi(self.api.client)

    @cached_property
    def associations(self) -> Any:
        from hubspot.crm.associations.v4 import BatchApi  # noqa: PLC0415

        return BatchApi(self.api.client)

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> bytes:
        """GET a path that the client has no method for."""
        return self._raw(path, "GET", query)

    def post_again(self, path: str, body: Mapping[str, Any] | None, query: Sequence[tuple[str, str]] = ()) -> bytes:
        """POST to a path that the client has no method for; what is asked may be repeated."""
        return self._raw(path, "POST", query, body)

    def _raw(
        self, path: str, method: str, query: Sequence[tuple[str, str]], body: Mapping[str, Any] | None = None
    ) -> bytes:
        headers = {"Content-Type": "application/json"} if method == "POST" else {}
        return self.call(
            self.api.client.call_api, path, method, query_params=list(query), body=body, header_params=headers,
            auth_settings=["oauth2"],
        )  # fmt: skip

    def post(self, path: str, body: Any) -> bytes:
        """POST once to a path that the client has no method for."""
        header = {"Content-Type": "application/json"}
        return self.call(
            self.api.client.call_api, path, "POST", body=body, auth_settings=["oauth2"], header_params=header,
            repeatable=False,
        )  # fmt: skip

    def call(self, function: Callable[..., Any], *arguments: Any, repeatable: bool = True, **options: Any) -> bytes:
        """The body of the answer. Raises Refusal for 400, 404 and 409, else what the caller must do.

        A call that broke or met a 5xx is repeated where that is safe, and raises NoAnswer when nothing helps; one that
        met an ended access token is repeated with a new one, once.
        """
        api, bucket = self.api, self._bucket(function, arguments)
        attempt, is_new = 0, False
        while True:
            attempt += 1
            grant = self.grant()
            api.client.configuration.access_token = grant.access_token
            self._budget.take(bucket)
            self.calls += 1
            try:
                response = function(*arguments, _preload_content=False, _request_timeout=self._timeout, **options)
                self.date = response.headers.get("Date", "")
                body: bytes = response.data
                self._learn(bucket, response.headers)
                return body
            except api.refused as error:
                if error.status == HTTPStatus.UNAUTHORIZED and self._app and not is_new:
                    attempt, is_new = attempt - 1, self._session.renew(grant)
                    continue
                trouble, wait = self._judge(error, attempt)
            except api.broken as error:
                trouble, wait = self._broken(error, attempt)
            is_unsafe = isinstance(trouble, NoAnswer) and not repeatable
            if attempt == ATTEMPTS or wait is None or wait > MOST_WAIT or is_unsafe:
                raise trouble  # also where a worker should not sleep so long: the work goes back to the database
            self._sleep(wait)

    def grant(self) -> Grant:
        """What the next call goes out with."""
        return self._given or self._session.grant()

    def _bucket(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
        if function == self.api.search.do_search:
            return "search"
        is_path = bool(arguments) and isinstance(arguments[0], str)
        return hubspot_bucket(arguments[0]) if is_path else "general"

    def _learn(self, bucket: str, headers: Mapping[str, str]) -> None:
        told = usage.told(headers)  # what an earlier answer told may be yesterday's
        self.usage = told or self.usage
        self._budget.learn(told)
        self._budget.allow(bucket, most_calls(headers))

    def _ask_end(self) -> datetime | None:
        try:
            return usage.end_of_day(self.get(usage.PATH))
        except ConnectorError as error:
            _log.warning("HubSpot does not say when its day ends: %s", error)
            return None

    def _fetch(self, kept: Grant | None) -> Grant:
        assert self._app is not None
        return fetch_grant(self.api, self._app, kept, for_login(self._timeout), self._clock())

    def _broken(self, error: Exception, attempt: int) -> tuple[ConnectorError, float | None]:
        if isinstance(getattr(error, "reason", None), self.api.unsent):
            self.calls -= 1
            return Unavailable(f"HubSpot cannot be reached at {self.url}: check the address and the network"), None
        name = type(error).__name__
        return NoAnswer(f"HubSpot at {self.url} broke off without an answer ({name}): try again later"), _backoff(
            attempt
        )

    def _judge(self, error: Any, attempt: int) -> tuple[ConnectorError, float | None]:
        """What a refusal means, and how long to wait before it is tried again; `None` where it is not."""
        status = int(error.status or 0)
        retry_after = _seconds(dict(error.headers or {}))
        match status:
            case 0:  # the client's way to say that TLS failed
                return Unavailable(f"HubSpot at {self.url} has no valid certificate: check the address"), None
            case 401:
                return Unauthorized(f"HubSpot refuses the token: {self._mend}"), None
            case 403:
                return self._forbidden(error), None
            case HTTPStatus.TOO_MANY_REQUESTS:
                return self._too_many(error, retry_after, attempt)
            case _ if status in _LOCKED:
                wait = retry_after or 2.0 * attempt
                return Unavailable(f"HubSpot is busy with these records (HTTP {status}): try again later", wait), wait
            case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                wait = retry_after or _backoff(attempt)
                return NoAnswer(f"HubSpot at {self.url} fails (HTTP {status}): try again later", retry_after), wait
            case _:
                problem = _problem(error)
                return Refusal(f"HubSpot refuses the request: {self._words(error)}", status, problem), None

    @property
    def _mend(self) -> str:
        if self._app is None:
            return "check ENTENTE_HUBSPOT_TOKEN, or make a new one"
        return "even a new one: install the app again, and put its refresh token into ENTENTE_HUBSPOT_REFRESH_TOKEN"

    def _forbidden(self, error: Any) -> Unauthorized:
        problem = _problem(error)
        scopes = [scope for each in problem.errors for scope in each.named("requiredGranularScopes")]
        if not scopes:
            return Unauthorized(f"HubSpot's token lacks a permission: add the scope. {self._words(error)}")
        where = "the service key" if self._app is None else "the app, and install it again"
        named = " or ".join(scopes)
        return MissingScopes(f"HubSpot's token lacks a permission: add the scope {named} to {where}", scopes)

    def _too_many(self, error: Any, retry_after: float | None, attempt: int) -> tuple[ConnectorError, float | None]:
        problem = _problem(error)
        if "DAILY" in problem.policy_name or "daily" in problem.message:
            return QuotaSpent("HubSpot's daily quota is used up: wait for midnight in the portal's time zone"), None
        # HubSpot promises no Retry-After; its own Node client waits 10 s for the rolling window and 1 s for searches.
        is_rolling = "TEN_SECONDLY" in problem.policy_name or "ten_secondly" in problem.message
        wait = retry_after or (10.0 if is_rolling else float(attempt))
        return Unavailable("HubSpot's rate limit is reached: try again later", wait), wait

    def _words(self, error: Any) -> str:
        problem = _problem(error)
        return without_values(problem.message) or f"HTTP {error.status}"


def _problem(error: Any) -> Problem:
    """The reasons in an error answer, as far as it gives any: a gateway in between answers with a page."""
    body = error.body or ""
    try:
        return decode(Problem, body.encode())
    except Unavailable:
        return Problem()


def _backoff(attempt: int) -> float:
    return float(2 ** (attempt - 1))


def _seconds(headers: dict[str, str]) -> float | None:
    text = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(text) if text.isdigit() else None
