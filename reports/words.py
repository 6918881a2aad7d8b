"""What reports say to people, in English and in French: every sentence once in both, and how numbers are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import dateformat, translation

from reports.deal_words import COUNTED_DEALS, DEAL_TITLES, DEALS
from reports.words_audience import AUDIENCE
from rules.language import Language

_NARROW, _BLANK = "\u202f", "\u00a0"
"""The blanks that do not break a line: between thousands, and before a unit."""

FRENCH_TITLES = {
    "first_name": "Prénom",
    "last_name": "Nom",
    "email": "E-mail",
    "phone": "Téléphone",
    "mobile": "Mobile",
    "job_title": "Fonction",
    "company": "Entreprise",
    "website": "Site web",
    "city": "Ville",
    "country": "Pays",
    "industry": "Secteur",
    "lead_source": "Origine",
    "opt_out": "Désinscription",
    "account": "Compte",
    "name": "Nom",
    "domain": "Domaine",
    "employees": "Effectif",
    "stage": "Étape",
    "contact": "Contact",
    **DEAL_TITLES,
    "handoff_campaign": "Campagne",
    "task_per_form": "Tâche pour un formulaire",
}
"""The fields and objects of the mapping that comes with the product; any other keeps its canonical name."""

COUNTED: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "people": (("{n} person", "{n} people"), ("{n} personne", "{n} personnes")),
    "pairs": (("{n} pair", "{n} pairs"), ("{n} paire", "{n} paires")),
    "open": (("{n} open", "{n} open"), ("{n} en attente", "{n} en attente")),
    "open_gaps": (("{n} open gap", "{n} open gaps"), ("{n} manque ouvert", "{n} manques ouverts")),
    "reps": (("{n} rep", "{n} reps"), ("{n} commercial", "{n} commerciaux")),
    "records": (("{n} record", "{n} records"), ("{n} fiche", "{n} fiches")),
    "answers": (("{n} answer", "{n} answers"), ("{n} réponse", "{n} réponses")),
    "days": (("{n} day", "{n} days"), ("{n} jour", "{n} jours")),
    "more": (("and {n} more", "and {n} more"), ("et {n} autre", "et {n} autres")),
    **COUNTED_DEALS,
}
"""What is counted, for one and for several, in English and in French."""

WORDS: dict[str, tuple[str, str]] = AUDIENCE | {
    # names of things
    "all": ("All", "Tout"),
    "team": ("Team", "Équipe"),
    "no_team": ("no team", "sans équipe"),
    "no_rep": ("no rep", "sans commercial"),
    "others": ("all others", "tous les autres"),
    "no_value": ("not known", "non renseigné"),
    "records": ("Records", "Fiches"),
    "field": ("Field", "Champ"),
    "filled": ("Filled", "Rempli"),
    "blank": ("Blank", "Vide"),
    "placeholder": ("Placeholder", "Bouche-trou"),
    "invalid": ("Invalid", "Invalide"),
    "completeness": ("Completeness", "Complétude"),
    "field_of": ("{object}: {field}", "{object} : {field}"),
    "record": ("Record", "Fiche"),
    "missing": ("Missing", "Manque"),
    "age": ("Open since", "Depuis"),
    "takes": ("Takes", "Durée"),
    "why": ("Why it is asked", "Pourquoi"),
    "reference": ("Reference", "Référence"),
    "rule": ("Rule", "Règle"),
    "number_open": ("Open", "En attente"),
    "owed_by": ("Owed by", "Dû par"),
    "sales": ("Sales", "Ventes"),
    "marketing": ("Marketing", "Marketing"),
    "both": ("Both", "Les deux"),
    "not_asked": ("not asked", "non demandé"),
    "today": ("today", "aujourd'hui"),
    "or": (" or ", " ou "),
    "to_correct": ("{field}, to correct", "{field}, à corriger"),
    "colon": (": ", " : "),
    # titles and notes of tables
    "by_field": ("Completeness by field", "Complétude par champ"),
    "by_team": ("Completeness by team", "Complétude par équipe"),
    "by_segment": ("Completeness by {segment}", "Complétude par {segment}"),
    "gaps_of_rep": ("{rep}: {open}, about {time}", "{rep} : {open}, environ {time}"),
    "gaps_without_rep": ("Owned by no rep: {open}, about {time}", "Sans commercial : {open}, environ {time}"),
    "gaps_of_marketing": (
        "What marketing owes: {open}, about {time}",
        "Ce que doit le marketing : {open}, environ {time}",
    ),
    "gaps_of_both": ("What both sides owe: {open}, about {time}", "Ce que doivent les deux : {open}, environ {time}"),
    "observed": ("Measured only: nobody is asked for these yet", "Mesuré seulement : rien n'est encore demandé"),
    "no_gaps": ("Nothing is asked of anyone: no open gap", "Rien n'est demandé à personne : aucun manque"),
    "all_listed": ("{more}; --format json and csv list all", "{more} ; --format json et csv listent tout"),
    "not_read_yet": (
        "Not read yet, so not counted: {fields}. Run `entente sync`.",
        "Pas encore lu, donc non compté : {fields}. Lancez `entente sync`.",
    ),
    "definition": (
        "Filled is what is neither blank nor a placeholder; an invalid value is filled, and shown beside. "
        "Completeness is the share of filled cells, over all cells of these fields.",
        "Rempli : ni vide, ni bouche-trou ; une valeur invalide est remplie, et indiquée à part. "
        "La complétude est la part des cases remplies, sur toutes les cases de ces champs.",
    ),
    # the page
    "skip": ("Skip to the content", "Aller au contenu"),
    "page_title": ("Completeness and open facts", "Complétude et informations en attente"),
    "page_intro": (
        "What both teams know, what is still missing, and whose turn it is.",
        "Ce que savent les deux équipes, ce qui manque encore, et de qui c'est le tour.",
    ),
    "owed_by_sales": ("owed by sales", "dû par les ventes"),
    "owed_by_marketing": ("owed by marketing", "dû par le marketing"),
    "read_at": ("read {at}", "lu le {at}"),
    "complete_in_all": ("{percent} complete", "{percent} complet"),
    "cells_filled": ("{filled} of {cells} values filled", "{filled} valeurs remplies sur {cells}"),
    "people_known": ("People", "Personnes"),
    "known_to_both": ("{pairs} known to both systems", "{pairs} dans les deux systèmes"),
    "open_with_sales": ("Open with sales", "Attendu des ventes"),
    "open_with_marketing": ("Open with marketing", "Attendu du marketing"),
    "time_and_reps": ("about {time} in all, {reps}", "environ {time} en tout, {reps}"),
    "time_in_all": ("about {time} in all", "environ {time} en tout"),
    "nothing_open": ("nothing open", "rien en attente"),
    "fields_heading": ("Field by field", "Champ par champ"),
    "fields_note": ("share of the records that have the field", "part des fiches qui ont ce champ"),
    "key_filled": ("Solid: filled.", "Plein : rempli."),
    "key_invalid": ("Pale: filled, but not valid.", "Pâle : rempli, mais invalide."),
    "key_placeholder": (
        "Amber: a placeholder such as “n/a”, which does not count.",
        "Ambre : un bouche-trou comme « n/a », qui ne compte pas.",
    ),
    "key_grey": ("Grey bar: no rule asks for it.", "Barre grise : aucune règle ne le demande."),
    "heat_heading": ("Where it is filled", "Où c'est rempli"),
    "heat_note": ("% filled, field × team", "% rempli, champ × équipe"),
    "heat_alt": (
        "Share filled by field and team; the table below says the same.",
        "Part remplie par champ et par équipe ; le tableau ci-dessous dit la même chose.",
    ),
    "heat_cell": ("{field}, {team}: {percent} of {records}", "{field}, {team} : {percent} sur {records}"),
    "heat_none": ("{field}, {team}: no such field here", "{field}, {team} : ce champ n'existe pas ici"),
    "heat_key": (
        "The stronger the colour, the fuller. Grey: fewer than {few} records, too few to compare. –: these records "
        "have no such field. A team is the people of one manager.",
        "Plus la couleur est soutenue, mieux c'est rempli. Gris : moins de {few} fiches, trop peu pour comparer. – : "
        "ces fiches n'ont pas ce champ. Une équipe : les personnes d'un même manager.",
    ),
    "all_fields": ("All fields", "Tous les champs"),
    "all_teams": ("All", "Tous"),
    "show_table": ("Show as a table", "Voir le tableau"),
    "gaps_heading": ("Open now, rep by rep", "En attente, par commercial"),
    "gaps_note": ("alphabetical; the quickest fix first", "ordre alphabétique ; le plus rapide d'abord"),
    "gaps_privacy": (
        "Names people: for them and their manager. To help, not to judge; there is no ranking.",
        "Nomme des personnes : pour elles et leur manager. Pour aider, non pour juger ; sans classement.",
    ),
    "no_gaps_reps": ("Nothing is open with a rep.", "Rien n'est en attente chez un commercial."),
    "no_gaps_marketing": ("Nothing is open. Thank you.", "Rien n'est en attente. Merci."),
    "team_of": ("team {team}", "équipe {team}"),
    "inactive": ("no longer active", "n'est plus actif"),
    "without_rep": ("Owned by no rep", "Sans commercial"),
    "without_rep_note": ("to be given to somebody first", "à attribuer d'abord"),
    "marketing_heading": ("What marketing owes", "Ce que doit le marketing"),
    "both_heading": ("What both sides owe", "Ce que doivent les deux"),
    "each_takes": ("{time} each", "{time} chacune"),
    "observed_heading": ("Measured, not asked yet", "Mesuré, pas encore demandé"),
    "observed_note": ("team totals only", "totaux par équipe seulement"),
    "more_in_files": (
        "{more}; all are in: entente report gaps_by_rep --format csv",
        "{more} ; tout est dans : entente report gaps_by_rep --format csv",
    ),
    "footer_source": (
        "Counted from what was last read in both systems.",
        "Compté d'après la dernière lecture des deux systèmes.",
    ),
    "footer_alone": ("This page loads nothing from elsewhere.", "Cette page ne charge rien d'ailleurs."),
    **DEALS,
}


def words(language: Language) -> dict[str, str]:
    """Every sentence in one language, by its key."""
    place = _place(language)
    return {key: both[place] for key, both in WORDS.items()}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence, with what it speaks of.

    >>> say("fr", "read_at", at="23 novembre")
    'lu le 23 novembre'
    """
    return WORDS[key][_place(language)].format(**values)


def counted(language: Language, key: str, number: int) -> str:
    """A number of things; French uses the singular for none.

    >>> counted("en", "days", 0), counted("fr", "days", 0), counted("en", "people", 1200)
    ('0 days', '0 jour', '1,200 people')
    """
    one, several = COUNTED[key][_place(language)]
    is_one = number == 1 or (number == 0 and language == "fr")
    return (one if is_one else several).format(n=whole(language, number))


def whole(language: Language, number: int) -> str:
    """A whole number with its thousands apart."""
    text = f"{number:,}"
    return text.replace(",", _NARROW) if language == "fr" else text


def percent(language: Language, share: float | None) -> str:
    """A percentage with one decimal; only what is whole says 100, and only what is nothing says 0.

    >>> [percent("en", share).replace(chr(160), " ") for share in (100, 99.97, 61.25, 0.01, None)]
    ['100 %', '99.9 %', '61.2 %', '0.1 %', '–']
    """
    if share is None:
        return "–"
    text = f"{share:.0f}" if share in (0, 100) else f"{min(max(share, 0.1), 99.9):.1f}"
    return (text.replace(".", ",") if language == "fr" else text) + f"{_BLANK}%"


def duration(seconds: int) -> str:
    """How long it takes, the same in both languages.

    >>> [duration(each).replace(chr(160), " ") for each in (20, 60, 130, 900, 7500)]
    ['20 s', '1 min', '2 min 10', '15 min', '2 h 05']
    """
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        text = f"{rest} s"
    elif minutes < 60:
        text = f"{minutes} min {rest:02}" if rest and minutes < 10 else f"{minutes} min"
    else:
        text = f"{minutes // 60} h {minutes % 60:02}"
    return text.replace(" ", _BLANK)


def age(language: Language, days: int) -> str:
    """How many days something has been open."""
    return counted(language, "days", days) if days else words(language)["today"]


def moment(language: Language, at: datetime) -> str:
    """A time in UTC, to the minute."""
    with translation.override(language):
        return f"{dateformat.format(at, 'j F Y, H:i')} UTC"


def day(language: Language, on: date, *, short: bool = False) -> str:
    """A day without its year.

    >>> day("en", date(2026, 11, 3)), day("fr", date(2026, 9, 1), short=True)
    ('3 November', '01/09')
    """
    form = ("d/m" if language == "fr" else "j M") if short else "j F"
    with translation.override(language):
        return dateformat.format(on, form)


def title(language: Language, name: str) -> str:
    """A canonical name as people read it.

    >>> title("en", "job_title"), title("fr", "job_title"), title("fr", "shoe_size")
    ('Job title', 'Fonction', 'Shoe size')
    """
    english = name.replace("_", " ")
    english = english[:1].upper() + english[1:]
    return FRENCH_TITLES.get(name, english) if language == "fr" else english


def titles(language: Language, names: Iterable[str]) -> str:
    """Several names, divided by commas."""
    return ", ".join(title(language, name) for name in names)


def name_key(name: str) -> tuple[str, str]:
    """Where a name stands in the alphabet, whatever its case and its accents.

    >>> sorted(["Zoé", "luc", "Élise"], key=name_key)
    ['Élise', 'luc', 'Zoé']
    """
    letters = name.casefold()
    if letters.isascii():
        return letters, name
    letters = unicodedata.normalize("NFKD", letters)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), name


def _place(language: Language) -> int:
    return 0 if language == "en" else 1
