"""Each of the thirty scenarios is told somewhere, as tests that bear its number, or in the place that is named here."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
ELSEWHERE = {
    15: ("sync/test_activities.py", "test_told_five_times_and_read_anew_it_stays_one_task"),
    30: ("sync/test_activities.py", "test_a_call_logged_in_hubspot_is_the_reps_task_with_its_time_of_day"),
}


def test_all_thirty_scenarios_are_told() -> None:
    told = {
        int(number) for path in HERE.glob("test_*.py") for number in re.findall(r"def test_(\d\d)_", path.read_text())
    }
    for number, (path, name) in ELSEWHERE.items():
        assert f"def {name}(" in (HERE.parent / path).read_text()
        told.add(number)

    assert told >= set(range(1, 31)), set(range(1, 31)) - told
