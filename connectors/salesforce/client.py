"""One connection to a Salesforce organisation: simple-salesforce's session with timeouts, retries and honest errors.

The library knows https only, no timeout, and repeats a call after a fresh login without the headers that it had; so
calls go over its session and addresses, through `request` here. Errors leave this module as `ConnectorError`s only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

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
from connectors.budget import Budget
from connectors.salesforce.login import Login
from connectors.session import Session, for_login

API_VERSION = "66.0"
ATTEMPTS = 4
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Decoded = TypeVar("Decoded")


class Fault(msgspec.Struct):
    """One entry of an error answer; collections say `statusCode` where all others say `errorCode`."""

    message: str = ""
    error_code: str = msgspec.field(default="", name="errorCode")
    status_code: str = msgspec.field(default="", name="statusCode")
    fields: list[str] | None = None
    duplicate_result: Any = msgspec.field(default=None, name="duplicateResult")
    duplicate_resut: Any = msgspec.field(default=None, name="duplicateResut")  # as some answers spell it

    @property
    def code(self) -> str:
        return self.error_code or self.status_code or "REFUSED"


class Refusal(RequestRefused):
    """Salesforce says no to the whole request, with its reason in `fault`."""

    def __init__(self, message: str, status: int, fault: Fault) -> None:
        super().__init__(message)
        self.status = status
        self.fault = fault


class Token(msgspec.Struct):
    access_token: str
    instance_url: str
    id: str = ""
    refresh_token: str = ""


class _LoginFault(msgspec.Struct):
    error: str = ""
    error_description: str = ""

    @property
    def passes(self) -> bool:
        """Whether Salesforce asks to try again: too many logins of one user at once, or trouble of its own."""
        return self.error == "unknown_error" or "rate exceeded" in self.error_description


class _UserInfo(msgspec.Struct):
    user_id: str
    organization_id: str


class SalesforceClient:
    """Calls one organisation. `calls` counts the requests that reached it, tokens apart.

    `sign_in` is a token, good at `url` until it ends, or a way to get one there.
    """

    def __init__(
        self,
        url: str,
        sign_in: str | Login,
        timeout: tuple[float, float] = (3.05, 30),  # four tries end before a task's soft time limit
        sleep: Callable[[float], None] = time.sleep,
        keeper: Keeper | None = None,
        clock: Callable[[], float] = time.time,
        budget: Budget | None = None,
    ) -> None:
        _check_address(url)
        self.url = url.rstrip("/")
        self.calls = 0
        self.usage: tuple[int, int] | None = None
        """API calls used, and allowed, in the running 24 hours by the last answer."""
        self.date = ""
        """Salesforce's clock at the last answer, as HTTP writes it."""
        self.beneficiary = ""
        """For whom an administrator signs in: the user that a setup serves; empty: the one that signs in."""
        self._login = None if isinstance(sign_in, str) else sign_in
        self._given = Grant(sign_in, address=self.url) if isinstance(sign_in, str) else None
        self._session = Session(self._fetch, keeper, clock)
        self._clock = clock
        self._timeout = timeout
        self._sleep = sleep
        self._signed_in: tuple[Grant, Any] | None = None
        self._budget = budget or Budget("salesforce")

    def grant(self) -> Grant:
        """What the next call goes out with."""
        return self._given or self._session.grant()

    @property
    def library(self) -> Any:
        """simple-salesforce, logged in. It is imported here, since that takes most of a second."""
        grant = self.grant()
        if self._signed_in is None or self._signed_in[0] != grant:
            from simple_salesforce.api import Salesforce  # noqa: PLC0415

            from connectors.salesforce.transport import make_session  # noqa: PLC0415

            if self._signed_in is not None:
                self._signed_in[1].session.close()
            session = make_session(self, self._timeout, grant.address)
            library = Salesforce(
                session_id=grant.access_token, instance_url=grant.address, session=session, version=API_VERSION
            )
            self._signed_in = grant, library
        return self._signed_in[1]

    def pause(self, seconds: float) -> None:
        """Wait for Salesforce."""
        self._sleep(seconds)

    def user_and_organization(self) -> tuple[str, str]:
        """The ids of the integration user and of the organisation, from the token's answer or by asking."""
        parts = self.grant().user.rstrip("/").split("/")
        if len(parts) > 2:
            return parts[-1], parts[-2]
        info = decode(_UserInfo, self.request("GET", f"{self.library.oauth2_url}userinfo"))
        return info.user_id, info.organization_id

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: dict[str, str] | None = None,
        content: bytes = b"",
        repeatable: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of the answer to a path below the API's address, or to a whole address. `body` goes out as JSON,
        `content` as it is: as CSV, unless its headers say otherwise.

        Raises Refusal for what Salesforce refuses, else what the caller must do. A call that broke or met a 5xx is
        repeated where that is safe, and raises NoAnswer when nothing helps; an expired session is renewed once.
        """
        headers = {"Content-Type": "text/csv", **(headers or {})} if content else headers
        data = content or (None if body is None else msgspec.json.encode(body))
        is_new = False
        attempt = 0
        while True:
            attempt += 1
            grant = self.grant()
            status, answer, trouble = self._send(method, path, data, params, headers)
            if trouble is None and status < HTTPStatus.MULTIPLE_CHOICES:
                return answer
            trouble = trouble or self._judge(status, answer)
            if status == HTTPStatus.UNAUTHORIZED and self._login and not is_new:
                attempt, is_new = attempt - 1, self._session.renew(grant)
                continue
            if not isinstance(trouble, NoAnswer) or not repeatable or attempt == ATTEMPTS:
                raise trouble
            self._sleep(float(2 ** (attempt - 1)))

    def _send(
        self,
        method: str,
        path: str,
        data: bytes | None,
        params: dict[str, str] | None,
        extra: Mapping[str, str] | None,
    ) -> tuple[int, bytes, ConnectorError | None]:
        self._budget.take("general")
        library = self.library
        import requests  # noqa: PLC0415

        url = path if path.startswith("https://") else f"{library.base_url}{path}"
        headers = {**(extra or {}), "Authorization": f"Bearer {library.session_id}"}
        try:
            answer = library.session.request(method, url, params=params, data=data, headers=headers)
        except requests.RequestException as error:
            return 0, b"", self._broken(error)
        self._budget.learn(self.usage)
        # userinfo has words of its own for a session that has ended.
        is_ended = answer.content == b"Bad_OAuth_Token"
        return HTTPStatus.UNAUTHORIZED if is_ended else answer.status_code, answer.content, None

    def _broken(self, error: Exception) -> Unavailable:
        if _is_unsent(error):
            self.calls -= 1
            return Unavailable(f"Salesforce cannot be reached at {self.url}: check the address and the network")
        name = type(error).__name__
        return NoAnswer(f"Salesforce at {self.url} broke off without an answer ({name}): try again later")

    def _judge(self, status: int, content: bytes) -> ConnectorError:
        """What a refusal means."""
        fault = _fault(content)
        if fault.code == "REQUEST_LIMIT_EXCEEDED":
            if "Concurrent" in fault.message:
                return Unavailable("Salesforce runs too many long requests at once: try again later", 60.0)
            return QuotaSpent("Salesforce's API calls of the last 24 hours are used up: wait, or raise the limit")
        if status == HTTPStatus.UNAUTHORIZED:
            return Unauthorized(f"Salesforce refuses the session: {self._mend}")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or fault.code == "SERVER_UNAVAILABLE":
            return NoAnswer(f"Salesforce at {self.url} fails (HTTP {status}): try again later")
        words = f"{words_of(fault)} ({fault.code})"
        if status == HTTPStatus.FORBIDDEN:
            return Unauthorized(f"Salesforce does not let the integration user do this: grant it. {words}")
        return Refusal(f"Salesforce refuses the request: {words}", status, fault)

    @property
    def _mend(self) -> str:
        if self._login is None:
            return "ENTENTE_SALESFORCE_TOKEN has ended. Get a new one, or set up an app (see docs/setup.md)"
        return "even a new one: check the user's API access, and the app's policies and IP ranges"

    def _fetch(self, kept: Grant | None) -> Grant:
        """A new session, by the way to sign in that was given."""
        import requests  # noqa: PLC0415

        from connectors.salesforce.transport import make_session  # noqa: PLC0415

        assert self._login is not None
        form = self._login.form(self.url, kept, self._clock())
        session = make_session(None, for_login(self._timeout), self.url)
        try:
            with session:
                url = f"{https(self.url)}/services/oauth2/token"
                answer = session.post(url, data=form, headers=_FORM, allow_redirects=False)
        except requests.RequestException as error:
            raise Unavailable(f"Salesforce cannot be reached at {self.url} ({type(error).__name__})") from None
        token = self._token_of(self._login, answer.status_code, answer.content)
        refresh_token = token.refresh_token or form.get("refresh_token", "")
        return Grant(token.access_token, refresh_token, address=token.instance_url.rstrip("/"), user=token.id)

    def _token_of(self, login: Login, status: int, content: bytes) -> Token:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"Salesforce's login at {self.url} fails (HTTP {status}): try again later")
        if status != HTTPStatus.OK:
            fault = decode(_LoginFault, content)
            reason = f"{fault.error}, {fault.error_description[:100]}"
            if fault.passes:
                raise Unavailable(f"Salesforce's login at {self.url} is busy ({reason}): try again later")
            raise Unauthorized(f"Salesforce refuses the login ({reason}): {login.mend(fault.error)}")
        token = decode(Token, content)
        _check_address(token.instance_url)
        return token


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def decode(kind: type[Decoded], data: bytes) -> Decoded:
    """Raises Unavailable where the answer is not what Salesforce documents (a gateway's page, a cut body)."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise Unavailable(f"Salesforce sent an answer that cannot be read ({error}): try again later") from error


def https(url: str) -> str:
    """The address as the library writes it; the transport knows which ones speak plain http on this machine."""
    return "https" + url[4:] if url.startswith("http:") else url


def words_of(fault: Fault) -> str:
    """The message without the query that it repeats, which may hold people's values."""
    return fault.message.rsplit("ERROR at Row", 1)[-1].split("\n", 1)[-1].strip()[:300]


def _fault(content: bytes) -> Fault:
    try:
        return msgspec.json.decode(content, type=list[Fault])[0]
    except (msgspec.DecodeError, IndexError):
        return Fault()


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise RequestRefused(f"Salesforce's address {url} must begin with https://: a token is not sent in the clear")


def _is_unsent(error: Exception) -> bool:
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415

    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", inner), NewConnectionError | ConnectTimeoutError)
