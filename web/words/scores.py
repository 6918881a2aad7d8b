"""What the pages say about scores, and how they are counted, in English and in French."""

from __future__ import annotations

SCORES: dict[str, tuple[str, str]] = {
    # families
    "family_completeness": ("Completeness", "Complétude"),
    "family_validity": ("Validity", "Validité"),
    "family_timeliness": ("Timeliness", "Délais"),
    "family_sharing": ("Sharing", "Partage"),
    "family_reciprocity": ("Marketing's side", "Côté marketing"),
    # one line
    "score_of": ("{s} of {n}", "{s} sur {n}"),
    "score_says": ("{family}: {rate}, likely {low} to {high}, agreed {target}",
                   "{family} : {rate}, sans doute entre {low} et {high}, convenu {target}"),
    "score_says_none": ("{family}: no score, agreed {target}", "{family} : pas de score, convenu {target}"),
    "score_agreed": ("agreed {target}", "convenu {target}"),
    "score_key": ("dotted: what was agreed", "pointillé : ce qui est convenu"),
    "score_peers": ("grey: the middle half of your peers, no names",
                    "gris : la moitié centrale de vos pairs, sans noms"),
    "score_weeks": ("the last thirteen whole weeks", "les treize dernières semaines entières"),
    "trend_up": ("Up {points} points on the thirteen weeks before.",
                 "{points} points de plus que les treize semaines d'avant."),
    "trend_down": ("Down {points} points on the thirteen weeks before.",
                   "{points} points de moins que les treize semaines d'avant."),
    "trend_stable": ("Trend: stable, or too early to say.", "Tendance : stable, ou trop tôt pour le dire."),
    "status_early": ("Not enough yet: fewer than ten occasions.", "Pas encore assez : moins de dix occasions."),
    "status_new": ("You are new here: in the first ninety days nothing is concluded.",
                   "Vous êtes ici depuis moins de quatre-vingt-dix jours : rien n'est conclu."),
    "status_on_track": ("On track.", "En bonne voie."),
    "status_look": ("A little under what was agreed, which may be chance. Only you see this.",
                    "Un peu en dessous de ce qui est convenu, peut-être par hasard. Vous seul le voyez."),
    "status_gap": ("Under what was agreed. Only you see this, unless two periods of four weeks show it.",
                   "En dessous de ce qui est convenu. Vous seul le voyez, sauf si deux périodes de quatre semaines "
                   "le montrent."),
    "status_review": ("Most of your peers are under it as well: what is asked is looked at, and nobody.",
                      "La plupart de vos pairs sont aussi en dessous : on revoit la demande, pas les personnes."),
    "told": ("Two periods of four weeks show a gap. Your manager may see it from {at}, 48 hours after you.",
             "Deux périodes de quatre semaines montrent un écart. Votre manager peut le voir à partir du {at}, "
             "48 heures après vous."),
    "not_scored": ("No score at present: too few people to compare with, or all its rules are under review.",
                   "Pas de score pour l'instant : trop peu de personnes à comparer, ou toutes ses règles sont "
                   "en révision."),
    # the rep's page
    "doing": ("How I'm doing", "Où j'en suis"),
    "doing_none": ("Nothing that you could share fell due in the last thirteen weeks.",
                   "Rien de ce que vous pouviez partager n'est arrivé à échéance ces treize dernières semaines."),
    "doing_off": ("No score is shown until your ops team has settled who sees what about people, with the dates that "
                  "your works council needs.",
                  "Aucun score tant que l'exploitation n'a pas réglé qui voit quoi sur les personnes, avec les dates "
                  "que demande votre CSE."),
    "doing_small": ("Teams of fewer than five people have no scores: only what you did is counted here.",
                    "Pas de score dans une équipe de moins de cinq personnes : seul ce que vous avez fait est compté."),
    "what_counts": ("What counts, what doesn't, correct an error", "Ce qui compte, ce qui ne compte pas, une erreur"),
    "counts_yes": ("Counts: each occasion on which you could share something and it fell due; late counts half.",
                   "Compte : chaque occasion de partager quelque chose, arrivée à échéance ; en retard compte pour "
                   "moitié."),
    "counts_no": ("Doesn't count: your absences, records that you were given a few days before, what a system filled "
                  "in, what waits in a queue, what is exempt or still has time.",
                  "Ne compte pas : vos absences, les fiches reçues quelques jours avant, ce qu'un système a rempli, "
                  "ce qui attend dans une file, ce qui est exempté ou a encore le temps."),
    "counts_review": ("Doesn't count at present, since the rule is under review: {rules}.",
                      "Ne compte pas pour l'instant, la règle étant en révision : {rules}."),
    "correct": ("Correct an error", "Corriger une erreur"),
    "how_counted": ("How this is counted", "Comment c'est compté"),
    # the team's page
    "team_scores": ("The team", "L'équipe"),
    "team_few": ("Teams of fewer than five people have no scores: below is what is open, which needs no statistics.",
                 "Pas de score pour une équipe de moins de cinq personnes : ci-dessous ce qui est en attente, sans "
                 "statistique."),
    "team_none": ("Scores begin when something has fallen due for five or more of your people.",
                  "Les scores commencent quand quelque chose est arrivé à échéance chez cinq personnes ou plus."),
    "funnel": ("Is a difference more than chance?", "Une différence dépasse-t-elle le hasard ?"),
    "funnel_says": ("{family}: share kept against number of occasions; {ours} people of your team, {outside} outside "
                    "what chance explains.",
                    "{family} : part tenue selon le nombre d'occasions ; {ours} personnes de votre équipe, {outside} "
                    "hors de ce que le hasard explique."),
    "funnel_ours": ("your team", "votre équipe"),
    "funnel_others": ("everybody else", "tous les autres"),
    "funnel_key": ("grey: what chance alone explains, 95 and 99.8 times in 100",
                   "gris : ce que le hasard seul explique, 95 et 99,8 fois sur 100"),
    "funnel_occasions": ("occasions", "occasions"),
    "funnel_group": ("Group", "Groupe"),
    "funnel_people": ("People", "Personnes"),
    "funnel_kept": ("Kept", "Tenu"),
    "funnel_rate": ("Share", "Part"),
    "funnel_outside": ("Outside the limits", "Hors des limites"),
    "funnel_in_out": ("inner {inner}, outer {outer}", "intérieure {inner}, extérieure {outer}"),
    "patterns": ("To look at", "À regarder"),
    "patterns_none": ("Nothing: no gap that two periods show, and no rule to mend.",
                      "Rien : aucun écart que deux périodes montrent, aucune règle à revoir."),
    "talk": ("To talk over with {name}: {family}", "À évoquer avec {name} : {family}"),
    "talk_seen": ("seen by {name} on {at}", "vu par {name} le {at}"),
    "talk_what": ("{of} in thirteen weeks: {rate}, likely {low} to {high}, agreed {target}. Two periods of four weeks "
                  "show it: {first}, then {second}. Absences and inherited records are left out.",
                  "{of} en treize semaines : {rate}, sans doute entre {low} et {high}, convenu {target}. Deux périodes "
                  "de quatre semaines le montrent : {first}, puis {second}. Sans les absences ni les fiches reçues."),
    "talk_how": ("A guide for five minutes", "Un guide pour cinq minutes"),
    "talk_one": ("at most one a week", "un par semaine au plus"),
    "review": ("rule {rule} under review", "règle {rule} en révision"),
    "review_hard": ("{under} of {scored} people are under what was agreed: the rule looks too hard, and nobody is "
                    "named.",
                    "{under} personnes sur {scored} sont en dessous de ce qui est convenu : la règle semble trop dure, "
                    "et personne n'est nommé."),
    "review_placeholders": ("More than a fifth of the answers are placeholders: the question is not understood, or "
                            "cannot be answered.",
                            "Plus d'un cinquième des réponses sont des bouche-trous : la question n'est pas comprise, "
                            "ou on ne peut pas y répondre."),
    "review_system": ("Most of the time went by in systems and queues, not with people.",
                      "L'essentiel du temps s'est passé dans les systèmes et les files, pas chez les personnes."),
    # the help page
    "help_title": ("How scores are counted", "Comment les scores sont comptés"),
    "help_intro": ("The whole formula. Nothing is learned by a machine, and nothing here is linked to pay.",
                   "Toute la formule. Rien n'est appris par une machine, et rien ici n'est lié à la paie."),
    "help_unit": ("1. Occasions", "1. Les occasions"),
    "help_unit_text": (
        "An occasion is one thing that could be shared and fell due: a visit held, a lead accepted, a deal lost. Each "
        "gives a credit: 1 if it was done, half if it was late, 0 if it was missed or filled with a placeholder. Where "
        "one occasion asks for several facts, its credit is their average by weight. Who had no visit owes no report.",
        "Une occasion est une chose qui pouvait être partagée et qui est arrivée à échéance : une visite faite, un "
        "lead accepté, une affaire perdue. Chacune donne un crédit : 1 si c'est fait, la moitié si c'est en retard, 0 "
        "si c'est manqué ou rempli d'un bouche-trou. Si une occasion demande plusieurs informations, son crédit est "
        "leur moyenne pondérée. Sans visite, pas de compte rendu dû."),
    "help_shrink": ("2. Few occasions prove little", "2. Peu d'occasions prouvent peu"),
    "help_shrink_text": (
        "Your rate is drawn towards the average of your peers, the more the fewer occasions you had: your credits plus "
        "k times the peers' average, over your occasions plus k. The number k says how alike your peers are: "
        "their average times its complement, divided by the variance between them, minus 1; never below 5 or above "
        "200, and 20 where they are fewer than five or do not differ. With 3 of 3 you are not at 100, and with 1 of 4 "
        "not at 25. This protects newcomers both ways, and can hide a weak start.",
        "Votre taux est rapproché de la moyenne de vos pairs, d'autant plus que vous avez eu peu d'occasions : vos "
        "crédits plus k fois la moyenne des pairs, sur vos occasions plus k. Le nombre k dit combien vos pairs se "
        "ressemblent : c'est leur moyenne multipliée par son complément, divisée par la variance entre eux, moins 1 ; "
        "jamais moins de 5 ni plus de 200, et 20 s'ils sont moins de cinq ou ne diffèrent pas. Avec 3 sur 3 vous "
        "n'êtes pas à 100, ni à 25 avec 1 sur 4. Cela protège les nouveaux dans les deux sens, et peut cacher un début "
        "difficile."),
    "help_interval": ("3. The line around the dot", "3. Le trait autour du point"),
    "help_interval_text": (
        "The line says where your rate lies in 9 cases of 10: the 5th and 95th percentile of the Beta distribution "
        "with k times the average plus your credits, and k times its complement plus what you missed. Where two lines "
        "overlap, no difference may be claimed. A team's line is Wilson's interval of its plain rate, for 95 of 100 "
        "cases.",
        "Le trait dit où se trouve votre taux 9 fois sur 10 : les 5e et 95e centiles de la loi bêta, de paramètres k "
        "fois la moyenne plus vos crédits, et k fois son complément plus ce qui a manqué. Si deux traits se "
        "recouvrent, aucune différence ne peut être affirmée. Le trait d'une équipe est l'intervalle de "
        "Wilson de son taux brut, 95 fois sur 100."),
    "help_status": ("4. What is concluded", "4. Ce qui est conclu"),
    "help_status_text": (
        "Fewer than ten occasions, or fewer than ninety days here: nothing. Dot at or above what was agreed: on track. "
        "Dot below, line reaching it: a little under, your own business. Whole line below: a gap. A gap is told to "
        "your manager only if two periods of four weeks that share no day both show it, each with ten occasions, and "
        "48 hours after you have seen it here. The agreed mark is the same for all, and never the average.",
        "Moins de dix occasions, ou moins de quatre-vingt-dix jours ici : rien. Point au niveau convenu ou au-dessus : "
        "en bonne voie. Point en dessous, trait qui l'atteint : un peu en dessous, cela ne regarde que vous. Trait "
        "entier en dessous : un écart. Un écart n'est dit à votre manager que si deux périodes de quatre semaines sans "
        "jour commun le montrent, chacune avec dix occasions, et 48 heures après que vous l'avez vu ici. Le niveau "
        "convenu est le même pour tous, jamais la moyenne."),
    "help_system": ("5. The system first", "5. Le système d'abord"),
    "help_system_text": (
        "If six people of ten are below on a rule, if more than a fifth of its answers are placeholders, or if systems "
        "took more than half the time, the rule is reviewed, left out, and nobody is flagged.",
        "Si six personnes sur dix sont en dessous sur une règle, si plus d'un cinquième de ses réponses sont des "
        "bouche-trous, ou si les systèmes ont pris plus de la moitié du temps, la règle est revue, mise de côté, et "
        "personne n'est signalé."),
    "help_trend": ("6. The trend", "6. La tendance"),
    "help_trend_text": (
        "The last thirteen whole weeks against the thirteen before. Up or down is said from five points on, and if it "
        "is nine times in ten no chance; else it is stable, or too early to say.",
        "Les treize dernières semaines entières face aux treize d'avant. On ne dit hausse ou baisse qu'à partir de "
        "cinq points, et si neuf fois sur dix ce n'est pas le hasard ; sinon c'est stable, ou trop tôt pour le dire."),
    "help_peers": ("7. Who your peers are", "7. Qui sont vos pairs"),
    "help_peers_text": (
        "The people of your team who had an occasion too, if they are five or more; else everybody who had one. Teams "
        "of fewer than five have no scores. Families are never added up to one number, nobody is ranked, and no score "
        "is in a file.",
        "Les personnes de votre équipe qui ont eu une occasion aussi, si elles sont cinq ou plus ; sinon toutes celles "
        "qui en ont eu une. Une équipe de moins de cinq n'a pas de score. Les familles ne sont jamais additionnées en "
        "un seul nombre, personne n'est classé, et aucun score n'est dans un fichier."),
    "help_correct": ("Correct an error", "Corriger une erreur"),
    "help_correct_text": (
        "Answer what is open on your page, or correct the record in your CRM: the next pass sees it. For an absence "
        "that is missing, a record that is not yours or a rule that does not fit, tell your manager or your ops team "
        "the record and the rule; a person answers, and the score follows within a week.",
        "Répondez à ce qui est en attente sur votre page, ou corrigez la fiche dans votre CRM : le passage suivant le "
        "verra. Pour une absence oubliée, une fiche qui n'est pas la vôtre ou une règle qui ne convient pas, dites la "
        "fiche et la règle à votre manager ou à l'exploitation ; une personne répond, et le score suit dans la "
        "semaine."),
    "help_talk": ("Five minutes to talk a gap over", "Cinq minutes pour parler d'un écart"),
    "help_talk_text": (
        "Ask what stands in the way before saying a number. Look at two records together. Agree on one thing to "
        "change, which may be the rule, the form or who gets which leads. Nothing of it is recorded here.",
        "Demandez ce qui gêne avant de citer un chiffre. Regardez deux fiches ensemble. Convenez d'une chose à "
        "changer, qui peut être la règle, le formulaire ou la répartition des leads. Rien n'en est consigné ici."),
}  # fmt: skip
