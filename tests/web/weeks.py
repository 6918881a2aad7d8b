"""What fell due, week by week, with a team of eight: the same every week, so that the last look is like the first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from store.models import Rep as RepRow
from store.models import RuleWeek
from tests.reports.people import LUC, RITA
from tests.web.office import MONA, Office

TITLE, EMAIL, SOURCE = "S01-role-industry-country", "S02-email-valid", "M01-lead-source"
EXTRA = [f"salesforce:User:extra{number}" for number in range(6)]
TEAM = (RITA, LUC, *EXTRA)


def monday() -> date:
    """The first day of the running week."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def hire_six(office: Office) -> None:
    """So many more for Mona, who has Rita and Luc."""
    for number, rep in enumerate(EXTRA):
        office.hire(rep, f"Extra {number}", "Mona Weber")
        RepRow.objects.filter(id=rep).update(manager=MONA)


def due(rule: str, rep: str, s: float, n: float, weeks: range = range(1, 27), stratum: str = "") -> None:
    """In each of these weeks, counted back from the running one, `s` credits of `n` occasions."""
    RuleWeek.objects.bulk_create(
        RuleWeek(rule=rule, rep=rep, week=monday() - timedelta(weeks=back), stratum=stratum, s=s, n=n) for back in weeks
    )


def ordinary_weeks() -> None:
    """Everybody keeps most of what they owe, but for Luc's e-mail addresses; marketing keeps nine of ten."""
    for rep in TEAM:
        due(TITLE, rep, 4.5, 5)
        due(EMAIL, rep, 2 if rep == LUC else 4.5, 5)
    due(SOURCE, "", 9, 10)
