"""How a digest looks: as plain text, and as HTML with its styles inline, which mail programs ask for.

Every value is escaped by the template; links appear only where there is a page to open.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import css_inline
from django.template import Context, Engine

from alerts.digest import Digest
from alerts.words import say, whole_day

_ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")])
_SIGNS = {"sales": "●", "marketing": "◆"}


def as_html(digest: Digest, page: str = "") -> str:
    """The digest as the HTML part of a mail; `page` is the address of the page with the rest, where there is one."""
    content = {
        "digest": digest,
        "date": whole_day(digest.language, digest.day),
        "why": say(digest.language, "why"),
        "whys_title": say(digest.language, "whys_title"),
        "reps_title": say(digest.language, "reps_title"),
        "caption": say(digest.language, "caption"),
        "colon": say(digest.language, "colon"),
        "page": page,
        "open_page": say(digest.language, "open_page"),
    }
    html = _ENGINE.get_template("digest.html").render(Context(content))
    return css_inline.inline(html, keep_style_tags=False, keep_at_rules=True)


def as_text(digest: Digest, page: str = "") -> str:
    """The digest as plain text."""
    return "\n".join(_lines(digest, page)).rstrip() + "\n"


def _lines(digest: Digest, page: str) -> Iterator[str]:
    colon = say(digest.language, "colon")
    yield from (f"Entente · {whole_day(digest.language, digest.day)}", "", digest.heading, "")
    if digest.good:
        yield from (digest.good_title.upper(), digest.good, "")
    for total in digest.totals:
        yield f"{_SIGNS[total.owner]} {total.label}{colon}{total.value}" + (f" ({total.note})" if total.note else "")
    if digest.totals:
        yield ""
    for block in digest.blocks:
        yield block.title.upper() + (f" · {block.note}" if block.note else "")
        for number, item in enumerate(block.items, 1):
            yield f"{number}. {item.record}{colon}{item.missing} ({item.time})"
            if item.why:
                yield f"   {say(digest.language, 'why')}{item.why}"
            yield from (f"   {label}{colon}{address}" for label, address in item.answers)
        yield from ((f"   {block.more}", "") if block.more else ("",))
    if digest.whys:
        yield say(digest.language, "whys_title").upper()
        yield from (f"- {title}{colon}{why}" for title, why in digest.whys)
        yield ""
    if digest.marketing:
        yield from (digest.marketing_title.upper(), digest.marketing, "")
    if page:
        yield f"{say(digest.language, 'open_page')}{colon}{page}"
    yield from digest.foot
