"""What holds on every page of the list, in both languages: well-formed, at desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor
from tests.browser.pages import PAGES, PageOf
from tests.browser.tour import PHONE

LOOK = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (each) => each.outerHTML.slice(0, 120);
  const named = (each) =>
    each.labels?.length || each.getAttribute('aria-label') || each.getAttribute('aria-labelledby');
  const levels = all('h1, h2, h3, h4').map((each) => Number(each.tagName[1]));
  const ids = all('[id]').map((each) => each.id);
  return {
    'other than one h1': all('h1').length === 1 ? [] : all('h1').map(shown).concat('count ' + all('h1').length),
    'other than one main': all('main').length === 1 ? [] : ['count ' + all('main').length],
    'no title or language': document.title && document.documentElement.lang ? [] : ['html'],
    'inputs without a label': all('input:not([type=hidden]), select, textarea').filter((e) => !named(e)).map(shown),
    'links and buttons without a name': all('a, button')
      .filter((e) => !e.textContent.trim() && !e.getAttribute('aria-label')).map(shown),
    'pictures without words': all('img:not([alt]), svg[role=img]:not([aria-label])').map(shown),
    'headings that skip a level': levels.filter((level, at) => at && level > levels[at - 1] + 1),
    'the same id twice': ids.filter((id, at) => ids.indexOf(id) !== at),
    'tables without heads': all('table').filter((each) => !each.querySelector('th')).map(shown),
  };
}"""
"""The faults that a script can find; each entry must be empty."""

WIDER = """() => ({
  inner: window.innerWidth,
  page: document.documentElement.scrollWidth,
  who: [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 5).map((each) => each.outerHTML.slice(0, 100)),
})"""


def names(page: PageOf) -> str:
    return page.name


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("wanted", PAGES, ids=names)
def test_a_page_is_well_formed_and_fits_a_phone(visit: Visitor, wanted: PageOf, language: str) -> None:
    somebody = visit(wanted.who)
    somebody.go("/sign-in" if not wanted.who else "/")
    somebody.speak(language)

    page = somebody.open(wanted)

    assert page.locator("html").get_attribute("lang") == language
    assert {fault: found for fault, found in page.evaluate(LOOK).items() if found} == {}
    page.set_viewport_size({"width": PHONE, "height": 844})
    size = page.evaluate(WIDER)
    assert size["page"] <= size["inner"], size["who"]
