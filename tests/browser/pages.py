"""Every page, in one list: its name, who opens it, and where. A new page is a line here: looked at and pictured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page; at the address `follow` is the name of a link to click on, `link` how the address of one begins, `form`
    how the action of a form begins whose address is opened, `status` what the server answers."""

    name: str
    who: str
    """Who is signed in; empty for somebody at the door."""
    address: str
    follow: str = ""
    link: str = ""
    form: str = ""
    status: int = 200
    on_phone: bool = False
    """Pictured at phone width as well."""


PAGES = (
    PageOf("sign-in", "", "/sign-in", on_phone=True),
    PageOf("completeness", "mark", "/completeness", on_phone=True),
    PageOf("audience", "mark", "/audience", on_phone=True),
    PageOf("team", "mona", "/team", on_phone=True),
    PageOf("person", "mona", "/team", follow="Rita Lang"),
    PageOf("mine", "rita", "/mine", on_phone=True),
    PageOf("answer", "rita", "/mine", form="/answer/", on_phone=True),
    PageOf("scores-help", "rita", "/help/scores"),
    PageOf("deals", "mona", "/deals", on_phone=True),
    PageOf("handoff", "mark", "/handoff"),
    PageOf("operations", "otto", "/operations"),
    PageOf("conflicts", "otto", "/conflicts"),
    PageOf("conflict", "otto", "/conflicts", follow="Marten", on_phone=True),
    PageOf("dead", "otto", "/dead"),
    PageOf("held", "otto", "/held"),
    PageOf("runs", "otto", "/runs"),
    PageOf("run", "otto", "/runs/1"),
    PageOf("history", "otto", "/runs/1", link="/history/"),
    PageOf("privacy", "otto", "/privacy"),
    PageOf("not-found", "mona", "/people/nobody", status=404),
)
