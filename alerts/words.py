"""What digests say, in English and in French: every sentence once in both."""

from __future__ import annotations

from datetime import date

from django.utils import dateformat, translation

from rules.language import Language

_COUNTED = {
    "things": (("{n} quick thing", "{n} quick things"), ("{n} point rapide", "{n} points rapides")),
    "facts": (("{n} fact", "{n} facts"), ("{n} information", "{n} informations")),
    "open": (
        ("{n} fact to fetch", "{n} facts to fetch"),
        ("{n} information à compléter", "{n} informations à compléter"),
    ),
    "settled": (("{n} fact settled", "{n} facts settled"), ("{n} information réglée", "{n} informations réglées")),
    "records": (("and {n} more record", "and {n} more records"), ("et {n} autre fiche", "et {n} autres fiches")),
}

_NUMBERS = {"en": ("One", "Two", "Three", "Four", "Five"), "fr": ("Un", "Deux", "Trois", "Quatre", "Cinq")}

_WORDS = {
    "rep_subject": ("{things} (about {time})", "{things} (environ {time})"),
    "rep_subject_became": (
        "{settled}, thank you + {things} (about {time})",
        "{settled}, merci + {things} (environ {time})",
    ),
    "rep_heading": ("Good morning {name}. {things} would help.", "Bonjour {name}. {things} : votre aide compte."),
    "rep_heading_became": (
        "Good morning {name}. Your information is in.",
        "Bonjour {name}. Vos informations sont arrivées.",
    ),
    "manager_subject": ("Your team this week: {open}, {settled}", "Votre équipe cette semaine : {open}, {settled}"),
    "manager_heading": (
        "Good morning {name}. Your team in three minutes.",
        "Bonjour {name}. Votre équipe en trois minutes.",
    ),
    "became_title": ("What became of it", "Ce que c'est devenu"),
    "became": (
        "{settled} since {day}, and marketing has them. Used for: {uses}.",
        "{settled} depuis le {day} : le marketing en dispose. Usage : {uses}.",
    ),
    "became_one": (
        "{settled} since {day}, and marketing has it. Used for: {uses}.",
        "{settled} depuis le {day} : le marketing en dispose. Usage : {uses}.",
    ),
    "works_title": ("What works", "Ce qui marche"),
    "works": (
        "{settled} since {day}. A thank-you to the team is enough.",
        "{settled} depuis le {day}. Un merci à l'équipe suffit.",
    ),
    "why": ("Why: ", "Pourquoi : "),
    "colon": (": ", " : "),
    "whys_title": ("Why these are asked", "Pourquoi ces demandes"),
    "marketing_title": ("What marketing owes you", "Ce que le marketing vous doit"),
    "marketing_title_team": ("What marketing owes sales", "Ce que le marketing doit aux ventes"),
    "marketing": (
        "{facts} about people handed over are still to come from marketing. First of all: {first}.",
        "{facts} sur des personnes transmises : le marketing les doit encore. D'abord : {first}.",
    ),
    "marketing_one": (
        "{facts} about a person handed over is still to come from marketing: {first}.",
        "{facts} sur une personne transmise : le marketing la doit encore. À savoir : {first}.",
    ),
    "caption": ("Open facts, as last read", "Informations en attente, à la dernière lecture"),
    "summary_open": ("To fetch in the team", "À compléter dans l'équipe"),
    "summary_settled": ("Settled since {day}", "Réglées depuis le {day}"),
    "summary_marketing": ("On marketing's side", "Côté marketing"),
    "about": ("about {time}", "environ {time}"),
    "reps_title": ("Facts to fetch, rep by rep", "À compléter, par commercial"),
    "inactive": (
        "no longer active: these records need a new owner",
        "n'est plus actif : ces fiches attendent un nouveau responsable",
    ),
    "rep_foot": (
        "Not now? Nothing is lost: what stays open comes back another day.",
        "Pas maintenant ? Rien n'est perdu : ce qui reste ouvert reviendra un autre jour.",
    ),
    "rep_foot_rhythm": (
        "Tuesdays and Thursdays, at most {most}, never outside working hours. Only you get this mail.",
        "Le mardi et le jeudi, {most} au plus, jamais hors des heures de travail. Vous seul recevez ce message.",
    ),
    "manager_foot": (
        "Reps in alphabetical order, the quickest answers first. A blank is a question, not a fault.",
        "Par ordre alphabétique, les réponses les plus rapides d'abord. Un vide est une question, pas une faute.",
    ),
    "manager_foot_rights": (
        "No ranking, no effect on pay. On Mondays; a week with nothing open brings no mail.",
        "Ni classement, ni effet sur la paie. Le lundi ; une semaine sans rien en attente n'apporte aucun message.",
    ),
    "answer": ("Answer", "Répondre"),
    "yes": ("Yes", "Oui"),
    "no": ("No", "Non"),
    "open_page": ("Open the page", "Ouvrir la page"),
    "slack_title": (
        "Team of {team}: {open}, about {time}; {settled} since {day}",
        "Équipe de {team} : {open}, environ {time} ; {settled} depuis le {day}",
    ),
}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence, with what it speaks of."""
    return _WORDS[key][_place(language)].format(**values)


def counted(language: Language, key: str, number: int) -> str:
    """A number of things; French uses the singular for none.

    >>> counted("en", "settled", 0), counted("fr", "settled", 0), counted("en", "things", 3)
    ('0 facts settled', '0 information réglée', '3 quick things')
    """
    one, several = _COUNTED[key][_place(language)]
    is_one = number == 1 or (number == 0 and language == "fr")
    return (one if is_one else several).format(n=number)


def in_words(language: Language, number: int) -> str:
    """How many things a rep is asked, as a heading says it.

    >>> in_words("en", 3), in_words("fr", 1)
    ('Three quick things', 'Un point rapide')
    """
    return counted(language, "things", number).replace(str(number), _NUMBERS[language][number - 1], 1)


def whole_day(language: Language, day: date) -> str:
    """A day with its name: the date line of a digest."""
    with translation.override(language):
        return dateformat.format(day, "l j F")


def short_day(language: Language, day: date) -> str:
    """A day within a sentence."""
    with translation.override(language):
        return dateformat.format(day, "j F")


def _place(language: Language) -> int:
    return 0 if language == "en" else 1
