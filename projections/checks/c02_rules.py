"""The rules of C2, with their words."""

from collections.abc import Mapping
from types import MappingProxyType

from projections.checks.finding import Rule, Severity, Words

NO_ACTOR = Rule(
    "no_actor",
    Severity.FAILURE,
    Words("A measure ({type}) doesn’t say who took it.", "Une mesure ({type}) ne dit pas qui l’a prise."),
)
NO_REASON = Rule(
    "no_reason",
    Severity.FAILURE,
    Words("A measure ({type}) gives no reason.", "Une mesure ({type}) ne donne pas de motif."),
)
NO_POLICY = Rule(
    "no_policy",
    Severity.FAILURE,
    Words("A measure ({type}) cites no policy.", "Une mesure ({type}) ne cite aucune règle."),
)
OPINION_ONLY = Rule(
    "opinion_only",
    Severity.FAILURE,
    Words(
        "The only ground of a measure ({type}) is that someone disagrees.",
        "Le seul motif d’une mesure ({type}) est un désaccord.",
    ),
)
NO_STATEMENT = Rule(
    "no_statement",
    Severity.WARNING,
    Words("A removal carries no statement of reasons.", "Une suppression n’est assortie d’aucun exposé des motifs."),
)
CONTENT_UNKNOWN = Rule(
    "content_unknown",
    Severity.WARNING,
    Words(
        "A measure ({type}) is against a comment that isn’t recorded here: nobody can read what it said.",
        "Une mesure ({type}) vise un commentaire qui n’est pas consigné ici : nul ne peut lire ce qu’il disait.",
    ),
    settled_by="comment.received",
)
CONTENT_UNREADABLE = Rule(
    "content_unreadable",
    Severity.FAILURE,
    Words(
        "The words of a comment under a measure ({type}) are gone, and no law had them erased.",
        "Les mots d’un commentaire visé par une mesure ({type}) ont disparu sans effacement légal.",
    ),
)
EXPIRED = Rule(
    "expired_not_ended",
    Severity.WARNING,
    Words(
        "A measure ({type}) ran out, and nothing says that it was ended.",
        "Une mesure ({type}) est échue, et rien ne dit qu’elle a été levée.",
    ),
    settled_by="comment.unhidden",
)
NO_VERSION = Rule(
    "no_version",
    Severity.WARNING,
    Words(
        "A measure ({type}) cites a policy without its version.", "Une mesure ({type}) cite une règle sans sa version."
    ),
)
UNKNOWN_VERSION = Rule(
    "unknown_version",
    Severity.FAILURE,
    Words(
        "A measure ({type}) cites a version of a policy that was never published.",
        "Une mesure ({type}) cite une version d’une règle qui n’a jamais été publiée.",
    ),
)
NOT_YET = Rule(
    "not_yet_in_force",
    Severity.FAILURE,
    Words(
        "A measure ({type}) cites a version of a policy that was not in force yet.",
        "Une mesure ({type}) cite une version d’une règle qui n’était pas encore en vigueur.",
    ),
)
SUPERSEDED = Rule(
    "superseded",
    Severity.FAILURE,
    Words(
        "A measure ({type}) cites a version of a policy that another had replaced.",
        "Une mesure ({type}) cite une version d’une règle qu’une autre avait remplacée.",
    ),
)
TOLD_LATER = Rule(
    "policy_told_later",
    Severity.WARNING,
    Words(
        "The policy that a measure ({type}) cites was put on record only after it.",
        "La règle que cite une mesure ({type}) n’a été consignée qu’après elle.",
    ),
)
CITED: Mapping[str, Rule] = MappingProxyType(
    {
        "no_version": NO_VERSION,
        "unknown_version": UNKNOWN_VERSION,
        "not_yet": NOT_YET,
        "superseded": SUPERSEDED,
        "told_later": TOLD_LATER,
    }
)
"""The rule that a policy's standing breaks."""
RULES = (
    NO_ACTOR,
    NO_REASON,
    NO_POLICY,
    OPINION_ONLY,
    NO_STATEMENT,
    CONTENT_UNKNOWN,
    CONTENT_UNREADABLE,
    EXPIRED,
    *CITED.values(),
)
