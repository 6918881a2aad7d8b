"""Rich text and plain text: HubSpot keeps the bodies of activities as HTML, Salesforce as plain text."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BREAKS = frozenset(
    {"br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
)
_UNSEEN = frozenset({"style", "script", "head", "title"})
_TAG = re.compile(r"<[a-zA-Z/!]")
_SPACE = re.compile(r"[ \t\r\n\xa0]+")


def to_plain(markup: str) -> str:
    """What a person reads of a piece of HTML: one line per paragraph, no tags. A text without tags stays as it is.

    >>> to_plain("<p>Wants a <b>written offer</b>.</p><p>By Friday &amp; signed</p>")
    'Wants a written offer.\\nBy Friday & signed'
    >>> to_plain("a < b")
    'a < b'
    """
    if not _TAG.search(markup):
        return html.unescape(markup)
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(reader.parts).split("\0"))
    return "\n".join(line for line in lines if line)


def to_markup(text: str) -> str:
    """A plain text as HTML that reads the same.

    >>> to_markup("R&D < 5\\nNext week")
    'R&amp;D &lt; 5<br>Next week'
    """
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


class _Reader(HTMLParser):
    """Collects the texts; a NUL stands for the end of a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.parts.append("\0")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BREAKS:
            self.parts.append("\0")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
