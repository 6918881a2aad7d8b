"""The engine's reasons in the language of who reads them. It says them in English, in the words below; a reason that is
not among these is shown as it is."""

from __future__ import annotations

import re

from rules.language import Language
from web.records import SIDES

_TOLD: tuple[tuple[str, str, str], ...] = (
    # conflicts
    ("edited on both sides", "Both sides changed it", "Les deux côtés l'ont modifié"),
    (
        "edited on both sides, and no change times",
        "Both sides changed it, and the systems do not say when",
        "Les deux côtés l'ont modifié, et les systèmes ne disent pas quand",
    ),
    (
        "edited on both sides, too close in time to tell the newest",
        "Both sides changed it, too close in time to tell which is the newest: the clocks of two systems differ",
        "Les deux côtés l'ont modifié, à des moments trop proches pour dire lequel est le plus récent\u00a0: "
        "les horloges de deux systèmes diffèrent",
    ),
    (
        "both sides have a value at the first meeting",
        "Both sides had a value when the two records met for the first time",
        "Les deux côtés avaient une valeur à la première rencontre des deux fiches",
    ),
    (
        "both sides have a value at the first meeting, and no change times",
        "Both sides had a value when the two records met, and the systems do not say since when",
        "Les deux côtés avaient une valeur à la première rencontre, et les systèmes ne disent pas depuis quand",
    ),
    (
        "several records share this e-mail",
        "Several records share this e-mail: which of them is the same person would be a guess",
        "Plusieurs fiches ont la même adresse\u00a0: choisir laquelle est la même personne serait deviner",
    ),
    (
        "several records share this domain",
        "Several records share this domain: which of them is the same company would be a guess",
        "Plusieurs fiches ont le même domaine\u00a0: choisir laquelle est la même entreprise serait deviner",
    ),
    (
        "another record with this domain is already linked",
        "Another record with this domain is linked already: this one seems to be a double",
        "Une autre fiche avec ce domaine est déjà liée\u00a0: celle-ci semble être un doublon",
    ),
    (
        "another record with this e-mail is already linked",
        "Another record with this e-mail is linked already: this one seems to be a double",
        "Une autre fiche avec cette adresse est déjà liée\u00a0: celle-ci semble être un doublon",
    ),
    (
        r"the (\w+) with the same e-mail stands for this person",
        "The {0} with the same e-mail stands for this person: this one seems to be a double",
        "La fiche {0} avec la même adresse représente cette personne\u00a0: celle-ci semble être un doublon",
    ),
    (
        r"(\S+) was merged into (\S+), which belongs to another pair",
        "{0} was merged into {1}, which belongs to another pair",
        "{0} a été fusionnée avec {1}, qui appartient à une autre paire",
    ),
    (
        r"(\S+) and (\S+) are the same person, but one belongs to another pair",
        "{0} and {1} are the same person, but one belongs to another pair",
        "{0} et {1} sont la même personne, mais l'une appartient à une autre paire",
    ),
    (
        r"(\S+) already holds a value that must be unique, and is linked to another record",
        "{0} already holds a value that must be unique, and is linked to another record",
        "{0} porte déjà une valeur qui doit être unique, et est liée à une autre fiche",
    ),
    (
        r"(\S+) holds a value that must be unique, and cannot be read",
        "{0} holds a value that must be unique, and cannot be read",
        "{0} porte une valeur qui doit être unique, et ne peut être lue",
    ),
    (
        r"deleted in (marketing|sales), edited in (marketing|sales)",
        "Deleted in {0}, and edited in {1}",
        "Supprimée dans {0}, et modifiée dans {1}",
    ),
    (
        "e-mail addresses changed places, and one of them has opted out: check whose choice it is",
        "Two e-mail addresses changed places, and one of the two people has opted out",
        "Deux adresses ont changé de place, et l'une des deux personnes s'est désinscrite",
    ),
    # what travelled
    ("two addresses change places", "cleared while two addresses change places",
     "effacé le temps que deux adresses changent de place"),
    (r"edited on (\S+) before it was merged", "edited on {0} before it was merged", "modifié sur {0} avant la fusion"),
    (r"(\S+) stands: the two were merged in (marketing|sales)", "{0} stands: the two were merged in {1}",
     "{0} fait foi\u00a0: les deux ont été fusionnées dans {1}"),
    ("answered by a rep", "answered by a rep", "réponse d'un commercial"),
    ("filled in a form", "filled in a form", "a rempli un formulaire"),
    (r"handed over to (.+)", "handed over, with the campaign {0}", "transmise, avec la campagne {0}"),
    (r"edited in (marketing|sales)", "edited in {0}", "modifié dans {0}"),
    (r"(marketing|sales) has a value", "{0} has a value", "{0} a une valeur"),
    (r"(marketing|sales) is blank", "{0} is blank", "{0} est vide"),
    (r"(marketing|sales) is blank at the first meeting", "{0} was blank at the first meeting",
     "{0} était vide à la première rencontre"),
    (r"cleared in (marketing|sales)", "cleared in {0}", "effacé dans {0}"),
    (r"(marketing|sales) wins", "{0} wins, says the mapping", "{0} l'emporte, dit la correspondance"),
    (r"(marketing|sales) is the newest", "{0} is the newest", "{0} est le plus récent"),
    (r"(marketing|sales) has no such record", "{0} had no such record", "{0} n'avait pas cette fiche"),
    (r"truncated to (\d+) characters", "truncated to {0} characters", "coupé à {0} caractères"),
    (r"decision (\d+) by (.+): (marketing|sales) stands", "decision {0} by {1}: {2} stands",
     "décision {0} de {1} : {2} fait foi"),
    # opt-outs
    (r"opted out in (marketing|sales)", "opted out in {0}", "désinscription dans {0}"),
    (
        "the person has opted out, and no sync takes that back",
        "the person has opted out, and no sync takes that back",
        "la personne s'est désinscrite, et aucune synchronisation ne revient là-dessus",
    ),
    (
        r"subscribed again in (marketing|sales) on (\S+ \S+) UTC",
        "Subscribed again in {0} on {1} UTC, after opting out",
        "De nouveau inscrite dans {0} le {1} UTC, après s'être désinscrite",
    ),
    (
        r"erased in (marketing|sales), still there in (marketing|sales)",
        "Erased in {0}, still there in {1}",
        "Effacée dans {0}, toujours présente dans {1}",
    ),
    (
        r"erased here, still there in (marketing|sales)",
        "Erased here, still there in {0}",
        "Effacée ici, toujours présente dans {0}",
    ),
    ("the owner cannot own records there, the default owner can",
     "the owner cannot own records there: the default owner",
     "le propriétaire ne peut avoir de fiches là-bas : le propriétaire par défaut"),
    (r"undo of run (\d+)", "undo of run {0}", "annulation du passage {0}"),
    (r"undo of run (\d+): it had made this", "run {0}, which made it, was undone",
     "le passage {0}, qui l'avait créée, a été annulé"),
    # brakes
    (
        r"would delete (\d+) records, more than (\S+) % of (\d+)",
        "would delete {0} records, more than {1} % of {2}",
        "supprimerait {0} fiches, plus de {1} % de {2}",
    ),
    (
        r"would blank values of (\d+) of (\d+) linked records, more than (\S+) % and at least (\d+)",
        "would blank values of {0} of {1} linked records, more than {2} % and at least {3}",
        "viderait des valeurs de {0} fiches liées sur {1}, plus de {2} % et au moins {3}",
    ),
    (
        r"would overwrite values of (\d+) of (\d+) linked records, more than (\S+) % and at least (\d+)",
        "would overwrite values of {0} of {1} linked records, more than {2} % and at least {3}",
        "écraserait des valeurs de {0} fiches liées sur {1}, plus de {2} % et au moins {3}",
    ),
)  # fmt: skip
_PATTERNS = [(re.compile(pattern), english, french) for pattern, english, french in _TOLD]


def told(language: Language, reason: str) -> str:
    r"""A reason, part by part, as people read it.

    >>> told("fr", "edited in sales; truncated to 80 characters")
    'modifié dans Salesforce\xa0; coupé à 80 caractères'
    >>> told("en", "something new")
    'something new'
    """
    return ("\u00a0; " if language == "fr" else "; ").join(_told(language, part) for part in reason.split("; "))


def _told(language: Language, part: str) -> str:
    for pattern, english, french in _PATTERNS:
        if found := pattern.fullmatch(part):
            parts = [SIDES.get(group, group) for group in found.groups()]
            return (french if language == "fr" else english).format(*parts)
    return part
