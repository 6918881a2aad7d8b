"""The page: both reports in one HTML file that loads nothing, for a browser, a phone, a printer and a screen reader.

`view.py` says in words what the page shows, `heat.py` where the cells of the heat map stand, and the templates put it
into HTML: they escape every value, and styles are classes only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.template.loader import render_to_string

from reports.completeness import completeness
from reports.files import write_whole
from reports.gaps_by_rep import gaps_by_rep
from reports.page.view import page_context
from rules.language import Language, RuleSet
from sync.mapping import Mapping


def render_page(mapping: Mapping, rules: RuleSet, now: datetime, language: Language) -> str:
    """The whole page as HTML. Raises NothingRead where the store is empty."""
    counts = completeness(mapping, rules, language)
    gaps = gaps_by_rep(mapping, rules, now, language)
    return render_to_string("reports/page.html", page_context(counts, gaps))


def write_page(
    path: Path, mapping: Mapping, rules: RuleSet, *, now: datetime | None = None, language: Language | None = None
) -> None:
    """Write the page, whole or not at all; by default in the language of the rules.

    Raises NothingRead where the store is empty, and OSError where the file cannot be written.
    """
    content = render_page(mapping, rules, now or datetime.now(UTC), language or rules.locale_default)
    write_whole(path, content.encode())
