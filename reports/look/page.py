"""A look as one HTML file that loads nothing: words and numbers of one language; the template says where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string

from reports.look.found import Deal, Deals, FieldDiffers, Look, Sums
from reports.look.words import look_words
from reports.words import age, day, moment, percent, title, whole
from rules.language import Language

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def render_look(found: Look, now: datetime, language: Language, currency: str = "") -> str:
    """The page; `currency` (an ISO code) is that of amounts which name none."""
    word = look_words(language)
    view = _View(found, now, language, word, currency)
    return render_to_string("reports/look.html", {"language": language, "word": word, **view.context()})


def money(language: Language, sums: Sums, currency: str = "") -> str:
    """Amounts to the whole, each currency for itself; `currency` is that of amounts which name none.

    >>> money("en", {"": 1234.5}), money("en", {"": 1234.5}, "EUR"), money("en", {"EUR": 5, "USD": 7})
    ('1,234', '€1,234', '€5 + $7')
    >>> money("fr", {"": 1234.5}, "EUR").replace(chr(160), " ").replace(chr(0x202f), " "), money("fr", {})
    ('1 234 €', '0')
    """
    wanted = sorted(sums.items(), key=lambda each: -each[1]) or [("", 0.0)]
    return " + ".join(_amount(language, amount, code or currency) for code, amount in wanted)


def _amount(language: Language, amount: float, code: str) -> str:
    number, sign = whole(language, round(amount)), SIGNS.get(code, code)
    if not code:
        return number
    return f"{sign}{number}" if language == "en" and code in SIGNS else f"{number}\u00a0{sign}"


class _View:
    """Everything the template reads."""

    def __init__(self, found: Look, now: datetime, language: Language, word: dict[str, str], currency: str) -> None:
        self.found, self.now, self.language, self.word, self.currency = found, now, language, word, currency

    def context(self) -> dict[str, Any]:
        found, people = self.found, self.found.people
        read = {side: self._whole(people.get(side, 0)) for side in ("marketing", "sales")}
        return {
            "summary": [
                self._say("read_at", at=moment(self.language, self.now)),
                self._say("read_people", **read, pairs=self._whole(found.pairs)),
            ],
            "heroes": self._heroes(),
            "decision_maker": self._deals("decision_maker", found.without_decision_maker),
            "forgotten": self._deals("forgotten", found.forgotten),
            "untouched": self._untouched(),
            "opted_out": self._opted_out(),
            "differing": self._differing(),
            "audience": self._audience(),
            "could_not": [self.word[key] for key in dict.fromkeys(found.could_not.values())],
            "how": [self.word[key] for key in ("how_quarter", "how_amounts", "how_leads", "how_pairs")],
        }

    def _say(self, key: str, **values: object) -> str:
        return self.word[key].format(**values)

    def _whole(self, number: int) -> str:
        return whole(self.language, number)

    def _day(self, iso: str) -> str:
        """With its year where that is not this one."""
        if not iso:
            return ""
        on = date.fromisoformat(iso)
        written = day(self.language, on)
        if self.language == "fr" and on.day == 1:
            written = written.replace("1 ", "1er ", 1)
        return written if on.year == self.now.year else f"{written} {on.year}"

    def _money(self, sums: Sums) -> str:
        return money(self.language, sums, self.currency)

    def _heroes(self) -> list[dict[str, Any]]:
        """The five numbers on top; what could not be checked has none."""
        found, decided = self.found, self.found.without_decision_maker
        share = self._share()
        heroes = [
            ("decision_maker", "sales", self._money(decided.amounts),
             {"of": self._money(decided.of_amounts), "day": self._day(found.quarter[1])}),
            ("forgotten", "sales", self._money(found.forgotten.amounts), {}),
            ("untouched", "sales", self._whole(found.untouched_count), {"of": self._whole(found.handed_over)}),
            ("opted_out", "both", self._whole(found.opted_out_count), {}),
            ("audience", "marketing", percent(self.language, share), {}),
        ]  # fmt: skip
        return [
            {"section": key, "side": side, "number": number, "text": self._say(f"{key}_hero", **values),
             "is_known": key not in found.could_not}
            for key, side, number, values in heroes
        ]  # fmt: skip

    def _share(self) -> float | None:
        audience = self.found.audience
        return 100 * audience.usable / audience.contacts if audience.contacts else None

    def _section(self, key: str, shown: int, number: int, /, **values: object) -> dict[str, Any]:
        """What every section has: its sentence, why it matters, what mends it, and how much is not named."""
        more = self._say("and_more", n=self._whole(number - shown)) if number > shown else ""
        why_not = self.found.could_not.get(key)
        return {
            "key": key, "title": self.word[key], "note": self._say(f"{key}_note", **values),
            "more": more, "is_empty": not number,
            "why": self.word.get(f"{key}_why"), "fix": self.word.get(f"{key}_fix"),
            "why_not": self.word[why_not] if why_not else "",
        }  # fmt: skip

    def _deals(self, key: str, deals: Deals) -> dict[str, Any]:
        first, last = map(self._day, self.found.quarter)
        counts = {"count": self._whole(deals.count), "total": self._whole(deals.of), "first": first, "last": last}
        section = self._section(key, len(deals.named), deals.count, **counts)
        return section | {"deals": [self._deal(each) for each in deals.named], "amount": self._money(deals.amounts)}

    def _deal(self, deal: Deal) -> dict[str, Any]:
        return {
            "name": deal.name, "account": "" if deal.name.startswith(deal.account) else deal.account,
            "stage": deal.stage, "closes": self._day(deal.close_on),
            "is_overdue": bool(deal.close_on) and deal.close_on < self.now.date().isoformat(),
            "last": self._day(deal.last_activity) or self.word["never"],
            "amount": self.word["unknown"] if deal.amount is None else self._money({deal.currency: deal.amount}),
        }  # fmt: skip

    def _untouched(self) -> dict[str, Any]:
        found = self.found
        counts = {"count": self._whole(found.untouched_count), "total": self._whole(found.handed_over)}
        most = max((number for _, number in found.campaigns), default=1)
        campaigns = [
            {"name": name or self.word["no_campaign"], "number": self._whole(number), "width": _part(number, most)}
            for name, number in found.campaigns
        ]
        leads = [
            {"name": each.name, "company": each.company, "campaign": each.campaign or self.word["no_campaign"],
             "waits": self.word["unknown"] if each.days is None else age(self.language, each.days)}
            for each in found.untouched
        ]  # fmt: skip
        section = self._section("untouched", len(found.untouched), found.untouched_count, **counts)
        return section | {"campaigns": campaigns, "leads": leads}

    def _opted_out(self) -> dict[str, Any]:
        found = self.found
        other = {"marketing": "sales", "sales": "marketing"}
        systems = {"marketing": "HubSpot", "sales": "Salesforce"}
        people = [
            {"name": each.name, "email": each.email, "side": each.said_in, "said_in": systems[each.said_in],
             "other": other[each.said_in], "mailable_in": systems[other[each.said_in]]}
            for each in found.opted_out
        ]  # fmt: skip
        count = self._whole(found.opted_out_count)
        return self._section("opted_out", len(people), found.opted_out_count, count=count) | {"people": people}

    def _differing(self) -> dict[str, Any]:
        fields = self.found.differing
        section = self._section("differing", len(fields), len(fields))
        return section | {"fields": [self._field(each, fields) for each in fields]}

    def _field(self, each: FieldDiffers, fields: Sequence[FieldDiffers]) -> dict[str, Any]:
        name = title(self.language, each.field)
        is_twice = sum(other.field == each.field for other in fields) > 1
        counts = {key: self._whole(getattr(each, key)) for key in ("differ", "only_marketing", "only_sales")}
        who, marketing, sales = each.example or ("", "", "")
        named = f"{title(self.language, each.object)}, {name.lower()}" if is_twice else name
        return {"title": named, **counts, "who": who, "marketing": _cut(marketing), "sales": _cut(sales)}

    def _audience(self) -> dict[str, Any]:
        audience, steps, before = self.found.audience, [], self.found.audience.contacts
        for key in ("contacts", "with_email", "valid", "not_opted_out", "usable"):
            number = getattr(audience, key)
            lost = before - number
            steps.append({
                "title": self.word[key], "number": self._whole(number), "lost": f"−{self._whole(lost)}" if lost else "",
                "width": _part(number, audience.contacts), "lost_width": _part(lost, audience.contacts),
            })  # fmt: skip
            before = number
        counts = {"usable": self._whole(audience.usable), "contacts": self._whole(audience.contacts)}
        section = self._section("audience", audience.contacts, audience.contacts, **counts)
        return section | {"steps": steps, "share": percent(self.language, self._share())}


def _part(number: float, of: float) -> str:
    """A length in percent, as SVG reads it in every language."""
    return f"{100 * number / (of or 1):.3f}%"


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
