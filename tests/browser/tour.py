"""A tour through `entente up` with a Chromium: who visits, in which language, and what the browser complained about."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.pages import PageOf
from tests.commands.installation import Installation
from tests.sandbox_client import SandboxClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

DESKTOP, PHONE = 1280, 390
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LANGUAGES = {"en": "English", "fr": "Français"}


def missing() -> str:
    """Why no browser can be started here; empty where one can."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed: `make test-browser` installs it"
    if not chromium():
        return "there is no Chromium: `apt-get install chromium` brings one"
    return ""


def chromium() -> str | None:
    """The machine's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Visit:
    """One person in a browser of their own."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)
    """What the browser complained about: errors on the console, refused resources, broken scripts."""

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))

    def go(self, address: str, status: int = 200) -> Page:
        """Open one of our pages; it answers with this status."""
        answer = self.page.goto(self.url + address)
        assert answer is not None
        assert answer.status == status, f"{address}: {answer.status}"
        return self.page

    def open(self, wanted: PageOf) -> Page:
        """Open a page of the list."""
        self.go(wanted.address, wanted.status)
        if wanted.follow:
            self.page.get_by_role("link", name=wanted.follow).first.click()
            self.page.wait_for_load_state()
        if wanted.link:
            self.page.locator(f"a[href^='{wanted.link}']").first.click()
            self.page.wait_for_load_state()
        if wanted.form:
            action = self.page.locator(f"form[action^='{wanted.form}']").first.get_attribute("action")
            self.go(str(action))
        return self.page

    def speak(self, language: str) -> None:
        """Have the pages in this language, by the button at their foot."""
        button = self.page.get_by_role("button", name=LANGUAGES[language], exact=True)
        if self.page.locator("html").get_attribute("lang") != language:
            button.click()
            self.page.wait_for_load_state()

    def sign_in(self, name: str, password: str) -> None:
        """Fill in the form at the door, in whatever language it stands."""
        self.go("/sign-in")
        self.page.locator("#id_username").fill(name)
        self.page.locator("#id_password").fill(password)
        self.page.locator("main form button").click()
        self.page.wait_for_load_state()

    def _note(self, message: ConsoleMessage) -> None:
        is_expected = "status of 404" in message.text or "status of 429" in message.text  # of the page itself
        if message.type in ("error", "warning") and not is_expected:
            self.troubles.append(f"{self.page.url}: {message.text}")


@dataclass
class Tour:
    """The installation and a browser; everybody signs in once."""

    installation: Installation
    browser: Browser
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def sandbox(self) -> SandboxClient:
        """Both systems behind it, for edits and looks."""
        return SandboxClient(self.installation.address_of("HubSpot"), self.installation.address_of("Salesforce"))

    @contextmanager
    def visit(self, who: str = "", width: int = DESKTOP) -> Iterator[Visit]:
        """Somebody signed in (or at the door, for no name), in a browser window of this width."""
        context = self._context(who, width)
        try:
            yield Visit(context.new_page(), self.installation.url)
        finally:
            context.close()

    def _context(self, who: str, width: int) -> BrowserContext:
        window: Any = {"width": width, "height": 844 if width == PHONE else 900}
        if who and who not in self._kept:
            context = self.browser.new_context(locale="en-GB")
            Visit(context.new_page(), self.installation.url).sign_in(who, self.installation.passwords[who])
            self._kept[who] = context.storage_state()
            context.close()
        return self.browser.new_context(viewport=window, locale="en-GB", storage_state=self._kept.get(who))


@contextmanager
def tour(directory: Path) -> Iterator[Tour]:
    """`entente up` as a user starts it, and a browser on it; both end with the tour."""
    from playwright.sync_api import sync_playwright

    installation = Installation(directory)
    installation.start()
    try:
        installation.wait_for("Ctrl-C ends everything")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            yield Tour(installation, browser)
            browser.close()
    finally:
        installation.stop()
