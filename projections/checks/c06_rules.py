"""What C6 looks for: lateness, declared or not, times ahead, times before causes, bursts of old dates."""

from projections.checks.finding import Rule, Severity, Words

LATE = Rule(
    "late_undeclared",
    Severity.WARNING,
    Words(
        "Recorded later than allowed, and nobody said why: {count} of the events of {source}. The longest took {lag}; "
        "{percent} % of what this source sent took clearly less.",
        "Consignés plus tard que permis, sans explication : {count} des événements de {source}. Le plus lent a mis "
        "{lag} ; {percent} % de ses envois ont mis nettement moins.",
    ),
    settled_by="note.added",
)

DECLARED = Rule(
    "late_declared",
    Severity.INFO,
    Words(
        "Recorded later than allowed, and the log says why: {count} of the events of {source}. The longest took {lag}.",
        "Consignés plus tard que permis, et le journal dit pourquoi : {count} des événements de {source}. Le plus lent "
        "a mis {lag}.",
    ),
)

AHEAD = Rule(
    "ahead_of_time",
    Severity.WARNING,
    Words(
        "Recorded before the time they claim: {count} of the events of {source}, by up to {lag}.",
        "Consignés avant l’heure qu’ils annoncent : {count} des événements de {source}, jusqu’à {lag} avant.",
    ),
)

BEFORE = Rule(
    "before_its_cause",
    Severity.WARNING,
    Words(
        "An event of type {type} claims {time}, {span} before what it follows from.",
        "Un événement de type {type} annonce {time}, soit {span} avant ce dont il découle.",
    ),
    settled_by="event.corrected",
)

AFTER_SURGE = Rule(
    "burst_after_surge",
    Severity.FAILURE,
    Words(
        "Within an hour after a surge was detected, the source {source} recorded {count} events dated before it.",
        "Dans l’heure qui a suivi la détection d’une vague, la source {source} a consigné {count} événements "
        "datés d’avant.",
    ),
)

AFTER_GRANT = Rule(
    "burst_after_audit_grant",
    Severity.FAILURE,
    Words(
        "Within an hour after an auditor was given access, the source {source} recorded {count} events dated before.",
        "Dans l’heure qui a suivi l’accès donné à un auditeur, la source {source} a consigné {count} événements "
        "datés d’avant.",
    ),
)
