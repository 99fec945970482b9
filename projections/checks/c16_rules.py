"""What C16 looks for: promises missed, kept late or without evidence, and times moved in silence."""

from projections.checks.finding import Rule, Severity, Words


def _pair(name: str, words: Words, settled_by: str | None = None) -> tuple[Rule, Rule]:
    """Return a rule about promises to the public, and the same about promises to others."""
    return (
        Rule(f"{name}_public", Severity.FAILURE, words, settled_by),
        Rule(f"{name}_internal", Severity.WARNING, words, settled_by),
    )


MISSED = _pair(
    "missed",
    Words(
        "What was promised until {due} was not done by {now}.",
        "Ce qui était promis pour le {due} n’était pas fait le {now}.",
    ),
    "commitment.kept",
)

NO_UPDATE = _pair(
    "update_missed",
    Words(
        "An update was promised until {due}; none had come by {now}.",
        "Un point était promis pour le {due} ; aucun n’était venu le {now}.",
    ),
    "update.published",
)

UNPROVEN = _pair(
    "kept_without_evidence",
    Words("A promise is said to be kept, and nothing shows it.", "Une promesse est dite tenue, et rien ne le montre."),
)

MOVED_LATE = _pair(
    "moved_after_due",
    Words(
        "The time of a promise, {due}, was moved at {moved}, when it had already passed.",
        "L’échéance d’une promesse, {due}, a été déplacée le {moved}, alors qu’elle était déjà passée.",
    ),
)

REPLACED = _pair(
    "due_replaced",
    Words(
        "The time of a promise became {after} instead of {due} without a declared change.",
        "L’échéance d’une promesse est devenue {after} au lieu de {due} sans changement déclaré.",
    ),
)

LATE = Rule(
    "kept_late",
    Severity.WARNING,
    Words(
        "What was promised until {due} was done {late} later.",
        "Ce qui était promis pour le {due} a été fait {late} plus tard.",
    ),
)

LATE_UPDATE = Rule(
    "update_late",
    Severity.WARNING,
    Words(
        "An update promised until {due} came {late} later.",
        "Un point promis pour le {due} est venu {late} plus tard.",
    ),
)

NO_REASON = Rule(
    "moved_without_reason",
    Severity.WARNING,
    Words(
        "The time of a promise, {due}, was moved without a reason.",
        "L’échéance d’une promesse, {due}, a été déplacée sans raison.",
    ),
)

AFTER_MISS = Rule(
    "kept_after_miss",
    Severity.WARNING,
    Words(
        "The ledger noted that {due} had passed; what is said to have come in time was recorded only later.",
        "Le registre a noté l’échéance du {due} comme passée ; ce qui serait venu à temps n’a été consigné qu’après.",
    ),
)
