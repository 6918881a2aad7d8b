"""What the digests say: to Rita and Luc of Mona's team, in both languages; to nobody where nothing is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.digest import MOST, Digest, Settled, is_due, is_working_time, manager_digest, rep_digest
from alerts.letter import as_html, as_text
from crm.record import Ref
from reports.gaps_by_rep import GapLine, GapsByRep, Section
from rules.language import Language, RuleSet
from tests.reports.people import RULES

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
NOTHING = Settled(date(2026, 11, 17), {})
SOME = Settled(date(2026, 11, 17), {"S1-title": 3, "S2-email": 1})

WORDS = {
    "en": {"title": "Job title", "email": "E-mail, to correct", "why": "Why {} is asked.", "rule": "Title of {}"},
    "fr": {"title": "Fonction", "email": "E-mail, à corriger", "why": "Pourquoi demander {}.", "rule": "Titre de {}"},
}


def gap(record: str, rule: str, seconds: int, language: Language = "en", days: int = 3) -> GapLine:
    word = WORDS[language]
    missing = word["email"] if rule == "S2-email" else word["title"]
    ref = str(Ref("salesforce", "Lead", record))
    return GapLine(
        record, ref, "contact", rule, word["rule"].format(rule), (), missing, AT - timedelta(days=days), days,
        word["why"].format(rule), seconds,
    )  # fmt: skip


def team(language: Language = "en") -> tuple[Section, ...]:
    """Luc has two people to complete, Rita four facts about three."""
    luc = (gap("Paul Roy", "S1-title", 20, language), gap("Ana Sol", "S1-title", 20, language, days=9))
    rita = (
        gap("Tomas Brandt", "S2-email", 5, language), gap("Léa Martin", "S2-email", 5, language),
        gap("Léa Martin", "S1-title", 20, language), gap("Ida Falk", "S1-title", 20, language),
    )  # fmt: skip
    return Section("rep", "Rita Lang", "rita", gaps=rita), Section("rep", "Luc Bertrand", "luc", gaps=luc)


def report(language: Language = "en") -> GapsByRep:
    owed = (gap("Jo", "M1-name", 15, language), gap("Mia", "M1-name", 15, language))
    none, marketing = Section("no_rep"), Section("marketing", gaps=owed)
    return GapsByRep(language, AT, AT, team(language), none, marketing, Section("both"), ())


def ritas(language: Language = "en", settled: Settled = SOME, rules: RuleSet = RULES) -> Digest:
    found = rep_digest("Rita Lang", team(language)[0], report(language), rules, DAY, settled)
    assert found is not None
    return found


def monas(language: Language = "en", people: int = 2) -> Digest:
    found = manager_digest("Mona Weber", team(language), people, report(language), date(2026, 11, 23), SOME)
    assert found is not None
    return found


RITA_EN = """\
Entente · Tuesday 24 November

Good morning Rita. Your information is in.

WHAT BECAME OF IT
4 facts settled since 17 November, and marketing has them. Used for: invitations.

THREE QUICK THINGS
1. Tomas Brandt: E-mail, to correct (5 s)
   Why: Why S2-email is asked.
2. Ida Falk: Job title (20 s)
   Why: Why S1-title is asked.
3. Léa Martin: E-mail, to correct · Job title (25 s)
   Why: Why S2-email is asked. Why S1-title is asked.

WHAT MARKETING OWES YOU
2 facts about people handed over are still to come from marketing. First of all: title of M1-name.

Not now? Nothing is lost: what stays open comes back another day.
Tuesdays and Thursdays, at most 3 quick things, never outside working hours. Only you get this mail.
"""

MONA_FR = """\
Entente · lundi 23 novembre

Bonjour Mona. Votre équipe en trois minutes.

CE QUI MARCHE
4 informations réglées depuis le 17 novembre. Un merci à l'équipe suffit.

● À compléter dans l'équipe : 6 (environ 1 min 30)
● Réglées depuis le 17 novembre : 4
◆ Côté marketing : 2 (environ 30 s)

LUC BERTRAND · 2 informations à compléter, environ 40 s
1. Ana Sol : Fonction (20 s)
2. Paul Roy : Fonction (20 s)

RITA LANG · 4 informations à compléter, environ 50 s
1. Tomas Brandt : E-mail, à corriger (5 s)
2. Ida Falk : Fonction (20 s)
3. Léa Martin : E-mail, à corriger · Fonction (25 s)

POURQUOI CES DEMANDES
- Titre de S1-title : Pourquoi demander S1-title.
- Titre de S2-email : Pourquoi demander S2-email.

CE QUE LE MARKETING DOIT AUX VENTES
2 informations sur des personnes transmises : le marketing les doit encore. D'abord : titre de M1-name.

Par ordre alphabétique, les réponses les plus rapides d'abord. Un vide est une question, pas une faute.
Ni classement, ni effet sur la paie. Le lundi ; une semaine sans rien en attente n'apporte aucun message.
"""


def plain(text: str) -> str:
    """With blanks that break, to compare with what a person types."""
    return text.replace("\u00a0", " ")


def test_ritas_digest_in_english() -> None:
    digest = ritas()

    assert plain(digest.subject) == "4 facts settled, thank you + 3 quick things (about 50 s)"
    assert plain(as_text(digest)) == RITA_EN


def test_monas_digest_in_french() -> None:
    digest = monas("fr")

    assert digest.subject == "Votre équipe cette semaine : 6 informations à compléter, 4 informations réglées"
    assert plain(as_text(digest)) == MONA_FR


@pytest.mark.parametrize("language", ["en", "fr"])
def test_both_languages_say_the_same_in_their_own_words(language: Language) -> None:
    other: Language = "fr" if language == "en" else "en"

    for digest, foreign in ((ritas(language), ritas(other)), (monas(language), monas(other))):
        lines, foreign_lines = as_text(digest).splitlines(), as_text(foreign).splitlines()
        assert len(lines) == len(foreign_lines)
        same = {line for line in lines if line and line in foreign_lines}
        assert not same


def test_nothing_open_is_nothing_said() -> None:
    """Whatever was settled lately, and whatever marketing owes."""
    empty = Section("rep", "Rita Lang", "rita")

    assert rep_digest("Rita Lang", empty, report(), RULES, DAY, SOME) is None
    assert manager_digest("Mona Weber", [empty], 1, report(), DAY, SOME) is None


def test_nothing_settled_leaves_that_part_out() -> None:
    text = as_text(ritas(settled=NOTHING))

    assert "Good morning Rita. Three quick things would help." in text
    assert "WHAT BECAME OF IT" not in text


def test_a_rep_is_asked_no_more_than_the_budget_and_never_more_than_five() -> None:
    many = Section("rep", "Rita Lang", "rita", gaps=tuple(gap(f"Person {n}", "S1-title", 20) for n in range(9)))

    for budget, asked in ((6, 3), (2, 1), (1, 1), (40, MOST)):
        rules = RULES.model_copy(update={"budget": RULES.budget.model_copy(update={"alerts_per_rep_per_week": budget})})
        digest = rep_digest("Rita Lang", many, report(), rules, DAY, NOTHING)
        assert digest is not None
        [block] = digest.blocks
        assert len(block.items) == asked
        assert block.more == f"and {9 - asked} more records"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_script_in_a_name_is_text(language: Language) -> None:
    nasty = Section("rep", "Rita Lang", "rita", gaps=(gap("<script>alert(1)</script>", "S1-title", 20, language),))
    digest = rep_digest("Rita Lang", nasty, report(language), RULES, DAY, NOTHING)
    team_digest = manager_digest("Mona Weber", [nasty], 1, report(language), DAY, NOTHING)

    for each in (digest, team_digest):
        assert each is not None
        html = as_html(each)
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_every_style_is_inline_and_nothing_is_loaded() -> None:
    html = as_html(ritas())

    assert 'style="' in html
    assert 'class="good" style=' in html
    assert not any(each in html for each in ("http://", "https://", "<img", "<link", "<script"))


def test_a_link_stands_only_where_there_is_a_page() -> None:
    page = "https://entente.example/gaps/?who=me&from=mail"

    assert "<a " not in as_html(ritas())
    assert 'href="https://entente.example/gaps/?who=me&amp;from=mail"' in as_html(ritas(), page)
    assert page in as_text(ritas(), page)


def test_slack_gets_totals_of_large_teams_and_no_name_of_a_rep() -> None:
    """Others may read along: a small team's total would be a person's."""
    assert monas(people=4).slack == ""

    said = plain(monas(people=5).slack)

    assert said == "Team of Mona Weber: 6 facts to fetch, about 1 min 30; 4 facts settled since 17 November"


@pytest.mark.parametrize(
    ("kind", "at", "due"),
    [
        ("rep", "2026-11-24T08:29", False), ("rep", "2026-11-24T08:30", True), ("rep", "2026-11-26T18:59", True),
        ("rep", "2026-11-26T19:00", False), ("rep", "2026-11-25T09:00", False),
        ("manager", "2026-11-23T08:59", False), ("manager", "2026-11-23T09:00", True),
        ("manager", "2026-11-24T09:00", False),
    ],
)  # fmt: skip
def test_each_kind_has_its_days_and_its_hour(kind: str, at: str, due: bool) -> None:
    assert is_due("rep" if kind == "rep" else "manager", datetime.fromisoformat(at)) is due


def test_nobody_is_written_to_at_night_or_on_a_sunday() -> None:
    assert not is_working_time(datetime(2026, 11, 24, 7, 59))
    assert not is_working_time(datetime(2026, 11, 22, 12, 0))
    assert is_working_time(datetime(2026, 11, 27, 18, 59))
