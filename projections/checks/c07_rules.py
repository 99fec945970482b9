"""What C7 looks for: references that can't be, endings of what had not begun, one person where two are needed."""

from projections.checks.finding import Rule, Severity, Words

NO_SUCH_EVENT = Rule(
    "reference_to_later_event",
    Severity.FAILURE,
    Words(
        "An event of type {type} refers to an event that did not exist yet.",
        "Un événement de type {type} renvoie à un événement qui n’existait pas encore.",
    ),
)

MISFIT = Rule(
    "reference_to_other_type",
    Severity.FAILURE,
    Words(
        "An event of type {type} refers to an event of a type that it can’t be about.",
        "Un événement de type {type} renvoie à un événement d’un type dont il ne peut parler.",
    ),
)

UNFOUNDED = Rule(
    "unfounded",
    Severity.FAILURE,
    Words(
        "An event of type {type} ends or changes something that, by the log, was not so then.",
        "Un événement de type {type} met fin à ce qui, selon le journal, n’était pas le cas.",
    ),
)

UNFOUNDED_HERE = Rule(
    "unfounded_in_incident",
    Severity.WARNING,
    Words(
        "An event of type {type} ends or changes something of which the incident’s events tell no beginning.",
        "Un événement de type {type} met fin à ce dont les événements de l’incident ne disent pas le début.",
    ),
)

SAME_PERSON = Rule(
    "same_person",
    Severity.FAILURE,
    Words(
        "An event of type {type} needs another person than the one who acted before, and it was the same.",
        "Un événement de type {type} demande une autre personne que celle qui a agi avant, et c’était la même.",
    ),
)

ALONE = Rule(
    "removed_alone",
    Severity.WARNING,
    Words(
        "During an open incident a person removed a comment, and no other person is on record as having looked at it.",
        "Pendant un incident ouvert, une personne a retiré un commentaire sans qu’aucune autre ne soit consignée "
        "comme l’ayant examiné.",
    ),
    settled_by="note.added",
)

REVIEWED = Rule(
    "removed_then_reviewed",
    Severity.INFO,
    Words(
        "During an open incident a person removed a comment alone; another looked at it only afterwards.",
        "Pendant un incident ouvert, une personne a retiré seule un commentaire ; une autre ne l’a examiné qu’après.",
    ),
)

UNKNOWN_PARENT = Rule(
    "unknown_parent",
    Severity.WARNING,
    Words(
        "Events that speak of something ({kind}) that the ledger never received: {count}.",
        "Événements qui parlent d’un objet ({kind}) que le registre n’a jamais reçu : {count}.",
    ),
)

PARENT_ELSEWHERE = Rule(
    "parent_outside_incident",
    Severity.INFO,
    Words(
        "Events that speak of something ({kind}) that is not among the incident’s events: {count}.",
        "Événements qui parlent d’un objet ({kind}) absent des événements de l’incident : {count}.",
    ),
)

PARENT_LATE = Rule(
    "parent_later",
    Severity.WARNING,
    Words(
        "Events that stand before what they speak of ({kind}), by more than it may be late: {count}.",
        "Événements consignés avant ce dont ils parlent ({kind}), au-delà du retard permis : {count}.",
    ),
)

PARENT_SOON = Rule(
    "parent_a_little_later",
    Severity.INFO,
    Words(
        "Events that stand shortly before what they speak of ({kind}): {count}.",
        "Événements consignés juste avant ce dont ils parlent ({kind}) : {count}.",
    ),
)
