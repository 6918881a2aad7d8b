"""What the pages say beside the reports' own words: every sentence once, in English and in French."""

from __future__ import annotations

from rules.language import Language
from web.words.answers import ANSWERS
from web.words.audience import AUDIENCE
from web.words.ops import OPS
from web.words.pages import PAGES
from web.words.scores import SCORES

WORDS = PAGES | ANSWERS | AUDIENCE | OPS | SCORES


def words(language: Language) -> dict[str, str]:
    """Every sentence in one language, by its key."""
    return {key: both[language == "fr"] for key, both in WORDS.items()}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence, with what it speaks of.

    >>> say("fr", "hello", name="Rita")
    'Bonjour Rita'
    """
    return WORDS[key][language == "fr"].format(**values)
