"""What was settled lately: asked facts whose gap closed and did not open again."""

from __future__ import annotations

from collections import Counter, defaultdict

from store.models import Gap, GapEvent


def settled_since(at: int) -> dict[str, Counter[str]]:
    """By rep, how many gaps of each rule closed since then."""
    closed = GapEvent.objects.filter(at__gte=at, now__isnull=True).values_list("rule", "ref", "was")
    reps = {(rule, ref): was["rep"] for rule, ref, was in closed if was and was["rep"]}
    again = set(Gap.objects.filter(rep__in=set(reps.values())).values_list("rule", "ref"))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (rule, ref), rep in reps.items():
        if (rule, ref) not in again:
            found[rep][rule] += 1
    return found
