"""What the pages of ops say: every sentence in English and in French."""

from __future__ import annotations

OPS: dict[str, tuple[str, str]] = {
    # lists
    "pager": ("Pages of this list", "Pages de cette liste"),
    "pager_of": ("of", "sur"),
    "pager_page": ("Page", "Page"),
    "pager_previous": ("Previous", "Précédente"),
    "pager_next": ("Next", "Suivante"),
    "filter": ("Filter", "Filtrer"),
    "any": ("All", "Tous"),
    "record_name": ("Record", "Fiche"),
    "since_when": ("Since", "Depuis"),
    "when": ("When", "Quand"),
    "why_short": ("Why", "Pourquoi"),
    "code": ("Code", "Code"),
    "field_name": ("Field", "Champ"),
    "object": ("Object", "Objet"),
    "kind": ("Kind", "Genre"),
    "value": ("Value", "Valeur"),
    "blank_value": ("(blank)", "(vide)"),
    "written_to": ("Written to", "Écrit dans"),
    "yes_do": ("Yes, do so", "Oui, procéder"),
    "cancel": ("Cancel", "Annuler"),
    "nothing_matches": ("Nothing matches this filter.", "Rien ne correspond à ce filtre."),
    "ago": ("{age} ago", "il y a {age}"),
    "for_age": ("open for {age}", "ouvert depuis {age}"),
    "less_than_minute": ("< 1\u00a0min", "< 1\u00a0min"),
    # health
    "health_calm": ("Nothing waits for a person", "Rien n'attend personne"),
    "health_waits": ("{n} wait for a person", "{n} en attente d'une personne"),
    "health_never": ("Nothing has run yet", "Rien n'a encore tourné"),
    "health_braked": (
        "The last pass was braked, and waits for you",
        "Le dernier passage a été freiné, et vous attend",
    ),
    "health_failed": ("The last pass failed", "Le dernier passage a échoué"),
    "last_pass": ("last pass {age} ago", "dernier passage il y a {age}"),
    "linked_pairs": ("Linked pairs", "Paires liées"),
    "linked_note": ("people known to both systems", "personnes connues des deux systèmes"),
    "for_a_person": ("For a person", "Pour une personne"),
    "one_conflicts": ("conflict", "conflit"),
    "one_dead": ("dead letter", "écriture refusée"),
    "given_up": ("Given up", "Abandonné"),
    "oldest": ("Oldest", "Plus ancien"),
    "oldest_since": ("oldest {age}", "le plus ancien\u00a0: {age}"),
    "none_now": ("none now", "aucun en ce moment"),
    "worker": ("Worker", "Worker"),
    "worker_alive": ("alive", "en vie"),
    "worker_silent": ("silent", "muet"),
    "worker_never": ("never seen", "jamais vu"),
    "worker_seen": ("last sign {age} ago", "dernier signe il y a {age}"),
    "worker_start": ("start a worker and beat", "lancez un worker et beat"),
    "waiting_heading": ("Waiting", "En attente"),
    "waiting_note": (
        "every record that was not passed on is in one of these",
        "toute fiche non transmise est dans l'une de ces listes",
    ),
    "queue": ("List", "Liste"),
    "records_number": ("Number", "Nombre"),
    "what_to_do": ("What to do", "Que faire"),
    "decide_them": ("Decide", "Décider"),
    "mend_them": (
        "Add the option, or shorten the value; they leave alone",
        "Ajouter l'option ou raccourcir\u00a0; elles partent seules",
    ),
    "replay_them": ("Mend, then replay", "Corriger, puis rejouer"),
    "decided": ("Decided", "Décidé"),
    "decided_why": ("not carried out yet", "pas encore appliqué"),
    "decided_todo": (
        "nothing: the next pass that is not braked does it",
        "rien\u00a0: le prochain passage non freiné s'en charge",
    ),
    "later": ("Put off", "Remis à plus tard"),
    "later_why": ("a system was busy", "un système était occupé"),
    "later_todo": ("nothing: the next pass tries again", "rien\u00a0: le prochain passage réessaie"),
    "to_compare": ("To compare", "À comparer"),
    "to_compare_why": ("changed since the last pass", "modifié depuis le dernier passage"),
    "to_compare_todo": ("nothing: the next pass looks at them", "rien\u00a0: le prochain passage les regarde"),
    "nothing_to_do": ("nothing", "rien"),
    "all_runs": ("All runs", "Tous les passages"),
    "unmanaged": ("Reps without a manager", "Commerciaux sans manager"),
    "unmanaged_why": (
        "Their gaps reach no manager. Name one in Salesforce, or in managers.csv.",
        "Leurs manques n'arrivent à aucun manager. Indiquez-le dans Salesforce ou dans managers.csv.",
    ),
    "unmanaged_none": ("Every active rep has a manager.", "Chaque commercial actif a un manager."),
    "unmanaged_unread": ("Reps have not been read yet.", "Les commerciaux n'ont pas encore été lus."),
    "more_reps": ("and {n} more", "et {n} autres"),
    "ladder": ("Rules by themselves", "Les règles d'elles-mêmes"),
    "ladder_note": (
        "A rule that is not used, that most people miss, or that is passed by too often falls a level. Edit it in "
        "rules.yaml to raise it again.",
        "Une règle qui ne sert pas, que la plupart manquent ou que l'on contourne trop souvent descend d'un niveau. "
        "Modifiez-la dans rules.yaml pour la relever.",
    ),
    "ladder_none": ("No rule has fallen a level.", "Aucune règle n'est descendue d'un niveau."),
    "level_gate": ("needed", "exigée"),
    "level_remind": ("asked for", "demandée"),
    "level_observe": ("measured", "mesurée"),
    "fell_unused": ("not used for 90 days", "inutilisée depuis 90 jours"),
    "fell_missed": ("60 % of the reps or more miss it", "60\u00a0% des commerciaux ou plus la manquent"),
    "fell_overrides": ("more than 20 % pass it by", "plus de 20\u00a0% la contournent"),
    "fell_placeholders": ("more than 20 % placeholders", "plus de 20\u00a0% de valeurs factices"),
    "gate_reasons": ("{n} of {of} passed for a reason ({share})", "{n} sur {of} passées avec un motif ({share})"),
    "gate_no_reasons": ("no reasons counted yet", "aucun motif compté pour l'instant"),
    "unchecked": ("Could not check", "Non vérifiable"),
    "unchecked_note": (
        "Records whose kind has no such field: never counted as missing, and never as filled.",
        "Fiches dont le type n'a pas ce champ\u00a0: jamais comptées comme manquantes, ni comme remplies.",
    ),
    "unchecked_none": ("Every field could be checked on every record.", "Chaque champ a pu être vérifié partout."),
    # conflicts
    "conflicts_title": ("Conflicts", "Conflits"),
    "conflicts_intro": (
        "Where a guess would be needed, nothing is written until somebody decides. All other fields keep travelling.",
        "Là où il faudrait deviner, rien n'est écrit avant qu'une personne décide. Les autres champs circulent.",
    ),
    "conflicts_none": ("No conflict is open.", "Aucun conflit n'est ouvert."),
    "field_kind": ("Value", "Valeur"),
    "match_kind": ("Who is who", "Qui est qui"),
    "deleted_kind": ("Deleted", "Supprimée"),
    "subscribed_kind": ("Consent", "Consentement"),
    "erased_kind": ("Erasure", "Effacement"),
    "merged_kind": ("Merged on one side", "Fusionnée d'un côté"),
    "consent_kind": ("Opt-out to check", "Désinscription à vérifier"),
    "what": ("What", "Quoi"),
    "asked_by": ("Asked because", "Demandé car"),
    "decided_on_way": ("decided, on its way", "décidé, en route"),
    "changed_pill": ("changed since", "modifié depuis"),
    "title_field": ("{field} of {name}", "{field} de {name}"),
    "title_match": ("Who is {name}?", "Qui est {name}\u00a0?"),
    "title_deleted": ("{name} was deleted on one side", "{name} a été supprimée d'un côté"),
    "title_subscribed": ("May {name} be written to again?", "Peut-on de nouveau écrire à {name}\u00a0?"),
    "title_erased": ("Somebody is to be erased in {system} too", "Une personne est à effacer aussi dans {system}"),
    "title_merged": ("{name} was merged on one side", "{name} a été fusionnée d'un côté"),
    "title_consent": ("{name}: whose opt-out is it?", "{name}\u00a0: à qui est la désinscription\u00a0?"),
    "place": ("{place} of {n}", "{place} sur {n}"),
    "previous_conflict": ("Previous", "Précédent"),
    "next_conflict": ("Skip to next", "Passer au suivant"),
    "says": ("{system} says", "{system} dit"),
    "said": ("{system} said", "{system} disait"),
    "last_agreed": ("Last agreed", "Dernier accord"),
    "never_agreed": ("The two never agreed on this field.", "Les deux ne se sont jamais accordés sur ce champ."),
    "use_value": ("Use {system}'s value", "Prendre la valeur de {system}"),
    "writes_to": ("writes 1 field to {system}", "écrit 1 champ dans {system}"),
    "why_we_ask": ("Why we ask", "Pourquoi cette question"),
    "until_field": (
        "Until somebody decides, neither side is touched here; the other fields of the record keep travelling.",
        "Tant que personne ne décide, rien n'est touché ici\u00a0; les autres champs de la fiche "
        "continuent de circuler.",
    ),
    "until_match": (
        "Until somebody decides, this person is neither linked nor made on the other side.",
        "Tant que personne ne décide, cette personne n'est ni liée ni créée de l'autre côté.",
    ),
    "until_deleted": (
        "Until somebody decides, the pair stays linked, and nothing is written to it.",
        "Tant que personne ne décide, la paire reste liée, et rien n'y est écrit.",
    ),
    "until_subscribed": (
        "Until somebody decides, Salesforce keeps saying that this person has opted out. Nothing decides it by itself.",
        "Tant que personne ne décide, Salesforce continue de dire que cette personne s'est désinscrite. Rien ne se "
        "décide tout seul.",
    ),
    "until_erased": (
        "Entente has forgotten this person, and makes the record on neither side again.",
        "Entente a oublié cette personne, et ne recrée la fiche d'aucun côté.",
    ),
    "let_be": ("Yes: take the opt-out back", "Oui\u00a0: lever la désinscription"),
    "let_be_what": (
        "Only with the person's own word: it clears the flag in Salesforce.",
        "Seulement si la personne l'a dit elle-même\u00a0: la case de Salesforce est décochée.",
    ),
    "keep_out": ("No: keep the opt-out", "Non\u00a0: maintenir la désinscription"),
    "keep_out_what": (
        "The address is unsubscribed in HubSpot again.",
        "L'adresse est de nouveau désinscrite dans HubSpot.",
    ),
    "is_erased": ("It is erased there", "C'est effacé là-bas"),
    "is_erased_what": (
        "Closes this question, and forgets the record's number as well.",
        "Ferme cette question, et oublie aussi le numéro de la fiche.",
    ),
    "advice_erased": (
        "Delete {ref} in {system}, and empty it from the recycle bin.",
        "Supprimez {ref} dans {system}, et videz-la de la corbeille.",
    ),
    "until_merged": (
        "Two pairs came to share one record. One pair goes on; until this is settled, the other record is neither "
        "written, nor made again, nor deleted.",
        "Deux paires ont désormais une fiche en commun. L'une continue\u00a0; d'ici là, l'autre fiche n'est ni écrite, "
        "ni recréée, ni supprimée.",
    ),
    "until_consent": (
        "The addresses were written. An opt-out belongs to an address, and this one has another person now.",
        "Les adresses ont été écrites. Une désinscription appartient à une adresse, et celle-ci a changé de personne.",
    ),
    "is_settled": ("There is nothing to decide any more.", "Il n'y a plus rien à décider."),
    "record_deleted": ("deleted", "supprimée"),
    "in_mapping": ("Rule in the mapping", "Règle de la correspondance"),
    "opened": ("Open since", "Ouvert depuis"),
    "rest_heading": ("The rest of the record", "Le reste de la fiche"),
    "in_step": ("in step", "en phase"),
    "not_in_step": ("not in step: {n}", "en écart\u00a0: {n}"),
    "not_synced": ("not synced", "non synchronisé"),
    "rest_none": ("Nothing else is mapped.", "Rien d'autre n'est mis en correspondance."),
    "history_heading": ("Last changes of this record", "Derniers changements de cette fiche"),
    "history_of": ("All that was written to", "Tout ce qui a été écrit dans"),
    "history_all": ("Whole history", "Tout l'historique"),
    "history_none": ("Nothing has been written to it yet.", "Rien n'y a encore été écrit."),
    "was_became": ("Was → became", "Avant → après"),
    "candidates": ("Is one of these the same person?", "L'une de ces fiches est-elle la même personne\u00a0?"),
    "link_these": ("These two are one person", "Ces deux fiches sont une personne"),
    "advice_match": (
        "Nothing here can be chosen for you. Merge the double in the system that has it, or correct the address on one "
        "of the two; the next pass sees it, and this question closes by itself.",
        "Rien ne peut être choisi ici. Fusionnez le doublon dans son système, ou corrigez l'adresse de l'une des deux "
        "fiches\u00a0; le prochain passage le verra, et la question se fermera d'elle-même.",
    ),
    "advice_other": (
        "None of them? Correct the address on one of the two, or merge the double in its own system; the next pass "
        "sees it, and this question closes by itself.",
        "Aucune\u00a0? Corrigez l'adresse de l'une des deux fiches, ou fusionnez le doublon dans son système\u00a0; "
        "le prochain passage le verra, et la question se fermera d'elle-même.",
    ),
    "keep_apart": ("Keep it in {system}, unlinked", "La garder dans {system}, sans lien"),
    "have_seen": ("I have checked it", "J'ai vérifié"),
    "edits_that_wait": ("Edited, and not carried over", "Modifié, et pas repris"),
    "records_in_question": ("The other records", "Les autres fiches"),
    "advice_merged": (
        "Is it one person? Merge the two in the other system as well; the next pass sees it, and this question closes "
        "by itself. What was edited here and shall stay is for you to carry over.",
        "C'est une seule personne\u00a0? Fusionnez aussi les deux fiches dans l'autre système\u00a0; le prochain "
        "passage le verra, et la question se fermera d'elle-même. Ce qui a été modifié ici et doit rester est à "
        "reprendre à la main.",
    ),
    "advice_consent": (
        "Look at both people in HubSpot and Salesforce: each must be opted out by their own choice, not by the choice "
        "of the one who had the address before.",
        "Regardez les deux personnes dans HubSpot et Salesforce\u00a0: chacune doit être désinscrite par son propre "
        "choix, pas par celui de la personne qui avait l'adresse avant.",
    ),
    "note_seen": ("{by} checked this on {at}.", "{by} a vérifié cela le {at}."),
    "keep_apart_what": (
        "writes nothing; it is not made again on the other side",
        "n'écrit rien\u00a0; elle n'est pas recréée de l'autre côté",
    ),
    "advice_deleted": (
        "To have it deleted here too, delete it in {here}. To have it back, restore it from the recycle bin of "
        "{there}. The next pass sees either, and this question closes by itself.",
        "Pour la supprimer ici aussi, supprimez-la dans {here}. Pour la retrouver, restaurez-la depuis la corbeille de "
        "{there}. Le prochain passage le verra, et la question se fermera d'elle-même.",
    ),
    "note_open": (
        "{by} decided this on {at}. The next pass carries it out.",
        "{by} a décidé le {at}. Le prochain passage l'applique.",
    ),
    "note_done": (
        "{by} decided this on {at}; it was carried out in run {run}.",
        "{by} a décidé le {at}\u00a0; appliqué au passage {run}.",
    ),
    "note_changed": (
        "{by} decided on {at}, but what was seen then changed before it could be carried out: nothing was written.",
        "{by} a décidé le {at}, mais ce qui avait été vu a changé avant l'application\u00a0: rien n'a été écrit.",
    ),
    "note_overtaken": (
        "{by} decided on {at}; it was not needed any more, and nothing was written for it.",
        "{by} a décidé le {at}\u00a0; ce n'était plus nécessaire, et rien n'a été écrit pour cela.",
    ),
    "note_closed": ("This conflict closed on {at}.", "Ce conflit s'est fermé le {at}."),
    "bulk_question": ("All {n} open conflicts about {field}:", "Les {n} conflits ouverts sur {field}\u00a0:"),
    "bulk_use": ("use {system}'s values", "prendre les valeurs de {system}"),
    "bulk_title": (
        "Use {system}'s values in {n} conflicts?",
        "Prendre les valeurs de {system} dans {n} conflits\u00a0?",
    ),
    "bulk_what": (
        "For all {n} open conflicts about {field}, {system}'s value goes to {other}. What it overwrites stays in the "
        "history. A pair whose values change before the next pass stays open. Where these are more than the brake "
        "allows, the pass stops first, and you let it pass.",
        "Pour les {n} conflits ouverts sur {field}, la valeur de {system} va dans {other}. Ce qu'elle écrase reste "
        "dans l'historique. Une paire dont les valeurs changent avant le prochain passage reste "
        "ouverte. Si c'est plus que le frein n'autorise, le passage s'arrête d'abord, et vous le laissez passer.",
    ),
    "bulk_none": (
        "No open conflict about this field waits for a decision.",
        "Aucun conflit ouvert sur ce champ n'attend de décision.",
    ),
    # what came of a form
    "said_done": ("Done. The next pass begins at once.", "C'est fait. Le prochain passage commence aussitôt."),
    "said_already": (
        "This was done already; nothing more happened.",
        "C'était déjà fait\u00a0; rien de plus ne s'est passé.",
    ),
    "said_closed": (
        "This is settled already: there was nothing to do.",
        "C'est déjà réglé\u00a0: il n'y avait rien à faire.",
    ),
    "said_changed": (
        "The values changed since you opened the page, so nothing was decided. Please look again.",
        "Les valeurs ont changé depuis l'ouverture de la page\u00a0: rien n'a été décidé. Regardez à nouveau.",
    ),
    "said_many": ("{n} done. The next pass begins at once.", "{n} traités. Le prochain passage commence aussitôt."),
    "said_none": (
        "There was nothing left to do: somebody was faster.",
        "Il ne restait rien à faire\u00a0: quelqu'un a été plus rapide.",
    ),
    "said_waived": ("Waived, and kept.", "Écarté, et conservé."),
    "said_reason": ("Please say why: one short sentence.", "Dites pourquoi\u00a0: une courte phrase."),
    # dead letters
    "dead_title": ("Dead letters", "Écritures refusées"),
    "dead_intro": (
        "Writes that a system refused for good, each with its whole answer. Replay one after the cause is mended; "
        "refused again, it comes back.",
        "Écritures refusées définitivement, chacune avec la réponse entière du système. Rejouez-les une fois la cause "
        "corrigée\u00a0; refusées à nouveau, elles reviennent.",
    ),
    "dead_none": ("Nothing was given up.", "Rien n'a été abandonné."),
    "answer": ("The system's answer", "Réponse du système"),
    "meant": ("Meant to write", "Devait écrire"),
    "times": ("refused {n} times so far", "refusé {n} fois jusqu'ici"),
    "once": ("refused once", "refusé une fois"),
    "replay": ("Replay", "Rejouer"),
    "replay_all": ("Replay all {n} with {code}", "Rejouer les {n} avec {code}"),
    "waive": ("Waive…", "Écarter…"),
    "waive_do": ("Waive", "Écarter"),
    "waive_why": ("Why may this stay unwritten?", "Pourquoi peut-on ne pas l'écrire\u00a0?"),
    "open_letters": ("Open", "Ouvertes"),
    "waived_letters": ("Waived", "Écartées"),
    "waived_by": ("waived by {by} on {at}", "écarté par {by} le {at}"),
    # held values
    "held_title": ("Held values", "Valeurs retenues"),
    "held_intro": (
        "Values that the other system would refuse. The rest of the record travels; a value leaves this list by itself "
        "when it, or the other system's field, changes.",
        "Valeurs que l'autre système refuserait. Le reste de la fiche circule\u00a0; une valeur quitte cette liste "
        "d'elle-même quand elle change, ou quand le champ de l'autre système change.",
    ),
    "held_none": ("Nothing is held.", "Rien n'est retenu."),
    "waits_for": ("Waits for", "Attend"),
    "held_picklist": ("The list of options does not know it", "La liste d'options ne la connaît pas"),
    "hint_picklist": (
        "Add the option there, or map it under `values`.",
        "Ajoutez l'option, ou déclarez-la sous `values`.",
    ),
    "held_too_long": ("It is too long for the field", "Elle est trop longue pour le champ"),
    "hint_too_long": ("Shorten it, or set `too_long: truncate`.", "Raccourcissez-la, ou mettez `too_long: truncate`."),
    "held_required": ("The field may not be blank there", "Le champ ne peut être vide là-bas"),
    "hint_required": (
        "Fill it on the other side, or give it `when_missing`.",
        "Remplissez-le de l'autre côté, ou donnez-lui `when_missing`.",
    ),
    "held_read_only": ("The field cannot be written", "Le champ ne peut être écrit"),
    "hint_read_only": ("Map it one way, or not at all.", "Faites-le aller dans un seul sens, ou pas du tout."),
    "held_unreadable": ("It is no value of the field's type", "Ce n'est pas une valeur du type du champ"),
    "hint_unreadable": ("Correct it where it is shown.", "Corrigez-la là où elle apparaît."),
    "held_normalised_by_target": ("Both systems keep rewriting it", "Les deux systèmes la réécrivent sans cesse"),
    "hint_normalised_by_target": (
        "Find the flow, workflow or rule that does not agree with the other side.",
        "Cherchez le flow, le workflow ou la règle qui n'est pas d'accord avec l'autre côté.",
    ),
    "held_schema": ("The field is gone there, or has another type", "Le champ n'y est plus, ou a changé de type"),
    "hint_schema": (
        "`entente check` says what to mend; then the value flows by itself.",
        "`entente check` dit quoi réparer\u00a0; la valeur circule ensuite d'elle-même.",
    ),
    "held_parent": ("What it leads to is not linked yet", "Ce à quoi elle mène n'est pas encore lié"),
    "hint_parent": (
        "It travels by itself once that record is linked or made on the other side.",
        "Elle partira d'elle-même quand cette fiche sera liée ou créée de l'autre côté.",
    ),
    "held_owner": ("This owner cannot own records there", "Ce propriétaire ne peut avoir de fiches là-bas"),
    "hint_owner": (
        "Make this person an active user there, give the records to somebody else, or set `default_owner`.",
        "Faites de cette personne un utilisateur actif là-bas, donnez ses fiches à quelqu'un d'autre, ou mettez "
        "`default_owner`.",
    ),
    "held_campaign": ("Nobody can join the campaign", "Personne ne peut rejoindre la campagne"),
    "hint_campaign": (
        "Activate it in Salesforce, or correct `handoff_campaign`; whoever waits then joins.",
        "Activez-la dans Salesforce, ou corrigez `handoff_campaign`\u00a0; ceux qui attendent la rejoindront alors.",
    ),
    "held_no_rep": (
        "Nobody who can have tasks owns the person",
        "Personne qui puisse avoir des tâches n'a cette fiche",
    ),
    "hint_no_rep": (
        "Give the lead or contact to an active user; the task is then made.",
        "Donnez la piste ou le contact à un utilisateur actif\u00a0; la tâche sera alors créée.",
    ),
    "held_gate": ("A rule needs facts first", "Une règle demande d'abord des informations"),
    "hint_gate": (
        "Fill what is missing: it goes on by itself.",
        "Complétez ce qui manque\u00a0: la suite se fait d'elle-même.",
    ),
    "gate_needs": ("Missing: {fields}. {why}", "Il manque\u00a0: {fields}. {why}"),
    "held_other": ("The system refused it", "Le système l'a refusée"),
    "hint_other": (
        "Its answer says what it would take; correct the value.",
        "Sa réponse dit ce qu'il accepterait\u00a0; corrigez la valeur.",
    ),
    # runs
    "runs_title": ("Runs", "Passages"),
    "runs_intro": (
        "Each pass over what changed, the newest first.",
        "Chaque passage sur ce qui a changé, le plus récent d'abord.",
    ),
    "pulled": ("Read", "Lu"),
    "took": ("Took", "Durée"),
    "calls": ("Calls", "Appels"),
    "created": ("Created", "Créé"),
    "updated": ("Updated", "Modifié"),
    "linked": ("Linked", "Lié"),
    "outcome": ("Outcome", "Résultat"),
    "ended": ("Ended", "Fin"),
    "waited_after": ("Waiting when it ended", "En attente à sa fin"),
    "written_fields": ("Fields that it wrote", "Champs qu'il a écrits"),
    "written_none": ("It wrote nothing.", "Il n'a rien écrit."),
    "would": ("What it would have changed", "Ce qu'il aurait changé"),
    "would_none": ("Nothing is kept of it.", "Rien n'en est conservé."),
    "would_deletes": ("Deletions", "Suppressions"),
    "would_blanks": ("Records with a blanked value", "Fiches avec une valeur vidée"),
    "would_overwrites": ("Records with an overwritten value", "Fiches avec une valeur écrasée"),
    "braked_why": (
        "Stopped before its first write, since it {reasons}.",
        "Arrêté avant sa première écriture, car il {reasons}.",
    ),
    "let_pass": ("Let it pass", "Laisser passer"),
    "let_pass_what": (
        "The next pass may then change as much as this one would have, and no more.",
        "Le prochain passage pourra alors changer autant que celui-ci, et pas davantage.",
    ),
    "newer_pass": (
        "A newer pass has ended since: what this one meant is over.",
        "Un passage plus récent s'est terminé depuis\u00a0: celui-ci est dépassé.",
    ),
    "let_passed": ("{by} let it pass on {at}.", "{by} l'a laissé passer le {at}."),
    "undo_run": ("undo of run {n}", "annulation du passage {n}"),
    "audit_run": ("rules over every record", "règles sur chaque fiche"),
}
