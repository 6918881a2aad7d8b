"""The fair score: the numbers of the published example to four decimals, and each unfairness that it must not do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.intervals import beta_cdf, beta_quantile, limits, wilson
from rules.score import (
    CREDITS,
    Count,
    Judged,
    Peers,
    Status,
    credit,
    estimate,
    is_new,
    judge,
    middle_half,
    peer_group,
    peers_of,
    persists,
    trend,
    windows,
)

VISITS = {
    "A": Count(18, 20), "B": Count(27, 40), "C": Count(3, 3), "D": Count(1, 4), "E": Count(45, 50), "F": Count(20, 33),
}  # fmt: skip
TARGET = 0.8
EXAMPLE = [
    # rep, Wilson 95 % of the raw rate, shrunken, Beta 90 %, Wilson 90 % of the shrunken one at n + k, evidence, status
    ("A", (0.6990, 0.9721), 0.8657, (0.7449, 0.9550), (0.7226, 0.9410), 0.755, Status.ON_TRACK),
    ("B", (0.5202, 0.7992), 0.6869, (0.5716, 0.7929), (0.5673, 0.7858), 0.861, Status.GAP),
    ("C", (0.4385, 1.0000), 0.8359, (0.6132, 0.9767), (0.5716, 0.9511), 0.316, Status.EARLY),
    ("D", (0.0456, 0.6994), 0.5654, (0.3169, 0.7991), (0.3270, 0.7769), 0.382, Status.EARLY),
    ("E", (0.7864, 0.9565), 0.8839, (0.8074, 0.9449), (0.7957, 0.9371), 0.885, Status.ON_TRACK),
    ("F", (0.4368, 0.7532), 0.6313, (0.5027, 0.7523), (0.5004, 0.7454), 0.836, Status.GAP),
]
MONDAY = date(2026, 11, 23)


def judged(counts: dict[str, Count], target: float = TARGET, new: Iterable[str] = ()) -> Judged:
    found = judge(counts, target, frozenset(new))
    assert found is not None
    return found


def four(*numbers: float) -> tuple[float, ...]:
    return tuple(round(number, 4) for number in numbers)


# -- golden test 1: six reps, one rule ------------------------------------------------------------------------------


def test_the_peers_of_the_example() -> None:
    peers = judged(VISITS).peers

    assert four(peers.mean, peers.strength) == (0.76, 6.4824)
    assert round(peers.variance, 8) == 0.02437711


@pytest.mark.parametrize(("rep", "raw", "rate", "beta", "cross_check", "evidence", "status"), EXAMPLE)
def test_each_rep_of_the_example(
    rep: str, raw: tuple[float, float], rate: float, beta: tuple[float, float], cross_check: tuple[float, float],
    evidence: float, status: Status,
) -> None:  # fmt: skip
    found, count = judged(VISITS), VISITS[rep]
    mine = found.estimates[rep]
    size = count.n + found.peers.strength

    assert four(*wilson(count.s, count.n)) == raw
    assert four(mine.rate, mine.low, mine.high) == (rate, *beta)
    assert four(*wilson(mine.rate * size, size, 1.645)) == cross_check
    assert round(mine.evidence, 3) == evidence
    assert found.statuses[rep] is status
    assert not found.is_systemic


def test_the_intervals_end_where_five_percent_lie_beyond() -> None:
    peers = judged(VISITS).peers
    a, b = peers.strength * peers.mean + 20, peers.strength * (1 - peers.mean) + 13
    mine = judged(VISITS).estimates["F"]

    assert four(beta_cdf(mine.low, a, b), beta_cdf(mine.high, a, b)) == (0.05, 0.95)


# -- golden test 1b: one more, and the rule is too hard --------------------------------------------------------------


def test_where_three_of_five_scored_reps_are_under_the_target_the_rule_is_reviewed_and_nobody_flagged() -> None:
    found = judged(VISITS | {"G": Count(14, 22)})

    assert round(found.peers.mean, 6) == 0.744186
    assert round(found.peers.variance, 8) == 0.02055893
    assert round(found.peers.strength, 4) == 8.2599
    rates = {rep: round(each.rate, 4) for rep, each in found.estimates.items()}
    assert rates == {"A": 0.8545, "B": 0.6868, "C": 0.8123, "D": 0.5829, "E": 0.8779, "F": 0.6337, "G": 0.6658}
    assert found.is_systemic
    assert {rep for rep, status in found.statuses.items() if status is Status.REVIEW} == {"B", "F", "G"}
    assert Status.GAP not in found.statuses.values()
    assert found.statuses["A"] is Status.ON_TRACK


def test_four_occasions_conclude_nothing_though_the_whole_interval_is_under_the_target() -> None:
    found = judged(VISITS | {"G": Count(14, 22)})

    assert round(found.estimates["D"].high, 4) == 0.7981
    assert found.statuses["D"] is Status.EARLY


# -- golden tests 4 and 5 --------------------------------------------------------------------------------------------


def test_eleven_points_more_are_no_trend_yet() -> None:
    found = trend(Count(14, 30), Count(20, 33), Peers(0.76, 0.0, 6.4824))

    assert four(found.change, found.z, found.probability) == (0.1125, 1.0103, 0.8438)
    assert found.direction == 0


def test_a_trend_is_said_in_both_directions_and_never_below_five_points() -> None:
    peers = Peers(0.5, 0.0, 20.0)

    assert trend(Count(20, 100), Count(80, 100), peers).direction == 1
    assert trend(Count(80, 100), Count(20, 100), peers).direction == -1
    assert trend(Count(50_000, 100_000), Count(53_000, 100_000), peers).direction == 0


def test_a_visit_with_three_lines_has_the_credit_of_their_weights() -> None:
    assert credit([(2, CREDITS["met"]), (1, CREDITS["met_late"]), (1, CREDITS["missed"])]) == 0.625


# -- the pitfalls ----------------------------------------------------------------------------------------------------


def test_what_fell_due_on_leave_is_no_occasion() -> None:
    working = [credit([(1, 1.0)]), credit([(1, 0.0)])] * 4
    on_leave = [credit([(1, CREDITS["not_attributable"])])] * 4

    counted = [each for each in working + on_leave if each is not None]

    assert (sum(counted), len(counted)) == (4.0, 8)


def test_half_the_hours_give_the_same_score_with_a_wider_band() -> None:
    peers = Peers(0.8, 0.0, 20.0)
    full, half = estimate(Count(40, 50), peers), estimate(Count(20, 25), peers)

    assert half.rate == pytest.approx(full.rate)
    assert half.high - half.low > full.high - full.low
    assert half.evidence < full.evidence


@pytest.mark.parametrize("status", ["not_attributable", "open_in_grace", "exempt", "met_by_system"])
def test_a_book_inherited_on_monday_and_fields_that_a_system_filled_neither_raise_nor_lower(status: str) -> None:
    alone = credit([(1, CREDITS["met"]), (1, CREDITS["missed"])])

    assert credit([(1, CREDITS["met"]), (1, CREDITS["missed"]), *[(1, CREDITS[status])] * 400]) == alone == 0.5
    assert credit([(1, CREDITS[status])] * 400) is None


def test_pasted_text_gives_no_credit() -> None:
    assert credit([(1, CREDITS["placeholder"])] * 20) == 0


def test_rejecting_every_lead_with_a_reason_meets_the_clock() -> None:
    team = {name: Count(25, 30) for name in "BCDEF"} | {"rejects all": Count(30 * (CREDITS["met"] or 0), 30)}

    assert judged(team).statuses["rejects all"] is Status.ON_TRACK


def test_a_rep_alone_in_a_territory_has_no_peers_unless_a_wider_group_has_five() -> None:
    north = {f"north{number}": ("north", "France") for number in range(4)}
    alone = north | {"south": ("south", "France")}

    assert peer_group("south", {"south": ("south",)}) == frozenset()
    assert peer_group("south", dict([*alone.items()][1:])) == frozenset()
    assert peer_group("south", alone) == frozenset(alone)
    assert peer_group("north0", alone | {"north4": ("north", "France")}) == frozenset(north) | {"north4"}


def test_a_new_hire_has_a_score_and_no_status() -> None:
    found = judged(VISITS, new={"B"})

    assert found.statuses["B"] is Status.NEW
    assert found.estimates["B"].rate == judged(VISITS).estimates["B"].rate
    assert is_new(MONDAY - timedelta(days=89), MONDAY)
    assert not is_new(MONDAY - timedelta(days=90), MONDAY)
    assert not is_new(None, MONDAY)


def test_just_under_the_target_is_the_reps_own_business() -> None:
    team = {name: Count(45, 50) for name in "ABCDE"} | {"F": Count(15, 20)}

    assert judged(team, 0.88).statuses["F"] is Status.LOOK


def test_a_gap_is_told_when_both_looks_show_it() -> None:
    assert persists([Status.GAP, Status.GAP])
    assert not persists([Status.GAP])
    assert not persists([Status.GAP, Status.EARLY])
    assert not persists([Status.REVIEW, Status.GAP])


def test_the_two_looks_share_no_week_and_the_running_week_counts_in_none() -> None:
    found = windows(MONDAY + timedelta(days=3))

    assert found.end == MONDAY
    assert [(found.end - each).days // 7 for each in (found.second_look, found.first_look, found.now)] == [4, 8, 13]
    assert (found.now - found.before).days // 7 == 13


def test_the_middle_half_of_few_people_is_not_said() -> None:
    assert middle_half([0.5, 0.6, 0.7, 0.8]) is None
    assert middle_half([0.9, 0.5, 0.6, 0.7, 0.8]) == (0.6, 0.8)


# -- groups without differences, or without anybody -------------------------------------------------------------------


def test_a_group_that_nobody_differs_in_or_that_is_small_has_the_prior_of_twenty() -> None:
    assert peers_of([Count(8, 10)] * 6) == Peers(0.8, 0.0, 20.0)
    assert (peers_of([Count(9, 10), Count(1, 10)]) or Peers(0, 0, 0)).strength == 20
    assert (peers_of([Count(50, 50), Count(0, 50)] * 3) or Peers(0, 0, 0)).strength == 5
    assert peers_of([Count(), Count()]) is None
    assert judge({"A": Count()}, TARGET) is None


def test_where_all_peers_agree_fully_all_lies_at_one_end() -> None:
    everything = judged({name: Count(12, 12) for name in "ABCDE"})
    nothing = judged({name: Count(0, 12) for name in "ABCDE"})

    for found, rate in ((everything, 1.0), (nothing, 0.0)):
        mine = found.estimates["A"]
        assert (mine.rate, mine.low, mine.high, mine.evidence) == (rate, rate, rate, 0.375)
    assert nothing.is_systemic


# -- the incomplete beta, against values that are known ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "a", "b", "known"),
    [
        (0.3, 1, 1, 0.3),  # the uniform distribution
        (0.5, 0.5, 0.5, 0.5),  # the arcsine law
        (0.25, 0.5, 0.5, 1 / 3),
        (0.3, 1, 5, 1 - 0.7**5),
        (0.3, 4, 1, 0.3**4),
        (0.4, 2, 3, 0.5248),  # a polynomial: 6x^2 - 8x^3 + 3x^4
        (0.5, 5, 10, 0.91021728515625),  # sums of binomial terms
        (0.9, 20, 3, 231 * 0.9**20 * 0.01 + 22 * 0.9**21 * 0.1 + 0.9**22),
        (0.0, 2, 3, 0.0),
        (1.0, 2, 3, 1.0),
    ],
)  # fmt: skip
def test_the_incomplete_beta_has_its_known_values(x: float, a: float, b: float, known: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(known, abs=1e-9)


def test_quantiles_have_their_known_values() -> None:
    assert beta_quantile(0.05, 1, 1) == pytest.approx(0.05, abs=1e-10)
    assert beta_quantile(0.95, 1, 5) == pytest.approx(1 - 0.05**0.2, abs=1e-10)
    assert beta_quantile(0.5, 7, 7) == pytest.approx(0.5, abs=1e-10)
    assert beta_quantile(0.975, 5_000, 3_000) == pytest.approx(
        NormalDist(0.625, (0.625 * 0.375 / 8_001) ** 0.5).inv_cdf(0.975), abs=1e-4
    )


SIZES = st.floats(0.05, 500)


@given(a=SIZES, b=SIZES, p=st.sampled_from([0.05, 0.5, 0.95]))
def test_a_quantile_is_where_the_cdf_says_so(a: float, b: float, p: float) -> None:
    x = beta_quantile(p, a, b)

    assert 0 <= x <= 1
    step = 1e-9
    assert beta_cdf(x - step, a, b) - 1e-7 <= p <= beta_cdf(x + step, a, b) + 1e-7


COUNTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12)


@given(found=COUNTS)
def test_every_score_lies_within_its_interval_and_between_raw_rate_and_mean(found: list[tuple[int, int]]) -> None:
    counts = {str(place): Count(min(pair), max(pair)) for place, pair in enumerate(found)}
    scores = judge(counts, TARGET)
    if scores is None:
        assert not any(count.n for count in counts.values())
        return

    for rep, mine in scores.estimates.items():
        count, mean = counts[rep], scores.peers.mean
        raw = count.s / count.n if count.n else mean
        assert min(raw, mean) - 1e-9 <= mine.rate <= max(raw, mean) + 1e-9
        assert mine.low - 1e-9 <= mine.rate <= mine.high + 1e-9
        assert 0 <= mine.evidence < 1


def test_a_funnel_narrows_with_the_number_of_occasions() -> None:
    low, high = limits(0.77, 60, 1.96)

    assert four(low, high) == (0.6635, 0.8765)
    assert limits(0.77, 5, 1.96)[1] == 1.0
