"""The rules of C13, with their words."""

from projections.checks.finding import Rule, Severity, Words

NO_DECISION = Rule(
    "no_decision",
    Severity.FAILURE,
    Words(
        "Fields were erased, and no decision to erase stands in the log before it.",
        "Des champs ont été effacés, et aucune décision d’effacer ne figure auparavant au registre.",
    ),
)
REFUSED = Rule(
    "refused",
    Severity.FAILURE,
    Words("Fields were erased though the decision refused it.", "Des champs ont été effacés alors que c’était refusé."),
)
BEYOND = Rule(
    "beyond_decision",
    Severity.FAILURE,
    Words(
        "Fields of {count} events were erased that the decision doesn’t name.",
        "Des champs de {count} événements que la décision ne nomme pas ont été effacés.",
    ),
)
UNNAMED = Rule(
    "events_unnamed",
    Severity.WARNING,
    Words(
        "The decision behind an erasure names no events: whether all that is gone was meant can’t be told.",
        "La décision derrière un effacement ne nomme aucun événement : nul ne peut dire si tout y était visé.",
    ),
)
NO_REQUEST = Rule(
    "no_request",
    Severity.FAILURE,
    Words(
        "Fields were erased by a decision that answers no request of this person.",
        "Des champs ont été effacés par une décision qui ne répond à aucune demande de cette personne.",
    ),
)
ALONE = Rule(
    "decided_alone",
    Severity.FAILURE,
    Words(
        "Who decided on an erasure is who asked for it.", "Qui a décidé d’un effacement est aussi qui l’avait demandé."
    ),
)
UNDER_HOLD = Rule(
    "under_hold",
    Severity.FAILURE,
    Words(
        "Fields of {count} events were erased while a legal hold forbade it.",
        "Des champs de {count} événements ont été effacés alors qu’une conservation légale l’interdisait.",
    ),
)
HOLD_UNCLEAR = Rule(
    "hold_unclear",
    Severity.WARNING,
    Words(
        "Fields were erased while a legal hold stood on an incident, and which events were of it isn’t known here.",
        "Des champs ont été effacés alors qu’une conservation légale portait sur un incident, et l’on ignore ici quels "
        "événements en relevaient.",
    ),
)
MISSING = Rule(
    "missing_without_erasure",
    Severity.FAILURE,
    Words(
        "Of an event ({type}) {count} required fields can’t be opened, and no erasure says why.",
        "D’un événement ({type}), {count} champs obligatoires sont illisibles, et aucun effacement ne dit pourquoi.",
    ),
    settled_by="key.destroyed",
)
OUT_OF_PROPORTION = Rule(
    "out_of_proportion",
    Severity.WARNING,
    Words(
        "Negative comments were erased more often than the rest: {part} of {whole} against {other} of {others}, at "
        "least {low} times as often (95 % interval).",
        "Les commentaires négatifs ont été effacés plus souvent que le reste : {part} sur {whole} contre {other} sur "
        "{others}, au moins {low} fois plus souvent (intervalle à 95 %).",
    ),
)
ERASED_SHARE = Rule(
    "erased_share",
    Severity.INFO,
    Words(
        "Of {whole} comments {part} had their words erased by law.",
        "Sur {whole} commentaires, {part} ont vu leurs mots effacés en vertu de la loi.",
    ),
)
RULES = (
    NO_DECISION,
    REFUSED,
    BEYOND,
    UNNAMED,
    NO_REQUEST,
    ALONE,
    UNDER_HOLD,
    HOLD_UNCLEAR,
    MISSING,
    OUT_OF_PROPORTION,
    ERASED_SHARE,
)
