"""What C17 looks for: versions acted on that were not in force, and rules bent in mid-crisis."""

from projections.checks.finding import Rule, Severity, Words

NO_TEXT = Rule(
    "plan_without_text",
    Severity.WARNING,
    Words(
        "A plan was activated of which no version is on record, so nobody can tell what it asked for.",
        "Un plan a été activé dont aucune version n’est consignée : personne ne peut dire ce qu’il demandait.",
    ),
    settled_by="plan.published",
)

UNKNOWN = Rule(
    "version_not_in_force",
    Severity.FAILURE,
    Words(
        "The activated version of a plan had not been published by then, though others had.",
        "La version activée d’un plan n’avait pas encore été publiée, alors que d’autres l’étaient.",
    ),
)

SUPERSEDED = Rule(
    "version_superseded",
    Severity.WARNING,
    Words(
        "The activated version of a plan was no longer the latest; another had replaced it.",
        "La version activée d’un plan n’était plus la dernière ; une autre l’avait remplacée.",
    ),
)

REWRITTEN = Rule(
    "version_rewritten",
    Severity.FAILURE,
    Words(
        "The same version of a plan or policy was published twice; the hashes of the texts differ.",
        "La même version d’un plan ou d’une règle a été publiée deux fois ; leurs empreintes diffèrent.",
    ),
)

EDITED = Rule(
    "edited_in_crisis",
    Severity.WARNING,
    Words(
        "A plan, a policy or the settings of these checks were changed while an incident was open.",
        "Un plan, une règle ou les réglages de ces contrôles ont été modifiés pendant qu’un incident était ouvert.",
    ),
)

PLAN_LOOSENED = Rule(
    "plan_loosened_in_crisis",
    Severity.FAILURE,
    Words(
        "A plan in use in an open incident was changed; demands dropped or put off: {count}.",
        "Un plan en usage dans un incident ouvert a été modifié ; exigences retirées ou repoussées : {count}.",
    ),
)

LAG_LOOSENED = Rule(
    "lag_loosened_in_crisis",
    Severity.FAILURE,
    Words(
        "In an open incident, the delay allowed for {type} was raised to {allowed}, after {lag} had been exceeded.",
        "Incident ouvert, le délai permis pour {type} a été porté à {allowed}, après un dépassement de {lag}.",
    ),
)

SETTINGS_LOOSENED = Rule(
    "settings_loosened_in_crisis",
    Severity.WARNING,
    Words(
        "While an incident was open, these settings were made to allow more: {names}.",
        "Pendant qu’un incident était ouvert, ces réglages ont été assouplis : {names}.",
    ),
)
