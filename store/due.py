"""What is due: work that no run has at hand, and how long passes rest after others came to nothing."""

from __future__ import annotations

from store.models import Answer, Intent, Notice, Run, Touch
from store.sql import now

LONGEST_REST = 15 * 60
"""Seconds: what makes passes fail or be braked again and again costs no more than one try in that time."""
_FIRST_REST = 15
LONGEST_ASKED = 60 * 60
"""Seconds that a system may ask us to wait; then it is asked again, whatever it said."""
_LOOK_BACK = 8


def is_anything_due() -> bool:
    """Whether a record may differ from its counterpart, a decided write has no answer, a notice was not
    carried out, or a person's answer waits."""
    decided = Intent.objects.filter(state__in=("planned", "sent"))
    told = Notice.objects.exists()
    return Touch.objects.exists() or decided.exists() or told or Answer.objects.filter(state="open").exists()


def is_audited() -> bool:
    """Whether every rule was asked about every record in the last twelve hours."""
    return Run.objects.filter(stage="audit", state="done", ended_at__gt=now() - 12 * 60 * 60 * 1000).exists()


def rest(released: int | None = None) -> int:
    """Seconds until the next pass may begin: each one in a row that failed or was braked doubles the pause, and a
    system may have asked for a longer one. Only those after a braked run that ops `released` count."""
    ended = Run.objects.exclude(state="running").filter(id__gt=released or 0)
    last = list(ended.order_by("-id").values_list("state", "ended_at", "result")[:_LOOK_BACK])
    futile = next((number for number, (state, *_) in enumerate(last) if state == "done"), len(last))
    if not futile:
        return 0
    pause: int = min(_FIRST_REST << (futile - 1), LONGEST_REST)
    ended_at, not_before = int(last[0][1] or 0), int(last[0][2].get("not_before", 0))
    asked = min((not_before - now()) // 1000 + 1, LONGEST_ASKED)
    return max(0, pause - (now() - ended_at) // 1000, asked)
