"""The rules of C8, with their words."""

from projections.checks.finding import Rule, Severity, Words

UPDATE_CHANGED = Rule(
    "update_changed",
    Severity.FAILURE,
    Words(
        "A published update was changed on its page, and no correction says what it now reads.",
        "Un point d’information publié a été modifié sur sa page, et aucun correctif ne dit ce qu’on y lit.",
    ),
    settled_by="update.corrected",
)
REPLY_CHANGED = Rule(
    "reply_changed",
    Severity.FAILURE,
    Words(
        "A reply of ours was changed on its platform, and no edit says what it now reads.",
        "Une de nos réponses a été modifiée sur sa plateforme, et aucune modification déclarée ne dit ce qu’on y lit.",
    ),
    settled_by="reply.edited",
)
REDATED = Rule(
    "update_redated",
    Severity.FAILURE,
    Words(
        "A page shows an update at another time than before ({before} instead of {after} earlier), and no correction "
        "says so.",
        "Une page montre un point d’information à une autre heure ({before} au lieu de {after} auparavant), et aucun "
        "correctif ne le dit.",
    ),
    settled_by="update.corrected",
)
RETITLED = Rule(
    "incident_retitled",
    Severity.FAILURE,
    Words(
        "A page calls the incident differently from before, and nobody declared the new title.",
        "Une page donne à l’incident un autre titre qu’auparavant, et personne n’a déclaré ce nouveau titre.",
    ),
    settled_by="incident.title_changed",
)
NOT_YET = Rule(
    "not_declared_yet",
    Severity.WARNING,
    Words(
        "What we published was changed outside {hours} h ago and isn’t declared yet; {allowed} h are allowed.",
        "Ce que nous avons publié a été modifié il y a {hours} h sans être encore déclaré ; {allowed} h sont admises.",
    ),
    settled_by="update.corrected",
)
LATE = Rule(
    "declared_late",
    Severity.WARNING,
    Words(
        "A change of what we published was declared {hours} h after it was seen; {allowed} h are allowed.",
        "Une modification de ce que nous avons publié a été déclarée {hours} h après avoir été vue ; {allowed} h sont "
        "admises.",
    ),
)
BEFORE_CONTRADICTS = Rule(
    "before_contradicts",
    Severity.FAILURE,
    Words(
        "A declared change ({type}) names a text before it that is not the one that the ledger holds.",
        "Une modification déclarée ({type}) cite un texte antérieur qui n’est pas celui du registre.",
    ),
)
AUTHOR_BEFORE_CONTRADICTS = Rule(
    "author_before_contradicts",
    Severity.WARNING,
    Words(
        "An author’s edit follows on a text that the ledger doesn’t hold: an edit in between is missing, or the text "
        "was recorded otherwise than it read.",
        "La modification d’un auteur suit un texte absent du registre : une modification manque, ou le texte a été "
        "consigné autrement qu’il ne se lisait.",
    ),
)
RULES = (
    UPDATE_CHANGED,
    REPLY_CHANGED,
    REDATED,
    RETITLED,
    NOT_YET,
    LATE,
    BEFORE_CONTRADICTS,
    AUTHOR_BEFORE_CONTRADICTS,
)
