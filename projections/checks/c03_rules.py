"""The rules of C3, with their words."""

from projections.checks.finding import Rule, Severity, Words

RECONCILED = "reconciliation.completed"
GONE = frozenset({"comment.deleted_by_author", "comment.hidden", "comment.removed"})
"""What declares that a comment is out of sight."""

SILENT_DELETION = Rule(
    "silent_deletion",
    Severity.FAILURE,
    Words(
        "A comment that the ledger holds as visible is no longer on its platform, and nobody said why.",
        "Un commentaire visible selon le registre n’est plus sur sa plateforme, et personne n’a dit pourquoi.",
    ),
    settled_by="comment.deleted_by_author",
)
REPLY_MISSING = Rule(
    "reply_not_there",
    Severity.FAILURE,
    Words(
        "A reply that is recorded as posted does not stand on its platform.",
        "Une réponse consignée comme publiée n’est pas sur sa plateforme.",
    ),
    settled_by="reply.withdrawn",
)
UNREPORTED = Rule(
    "unreported",
    Severity.FAILURE,
    Words(
        "A comment stands on its platform, and nobody reported it to the ledger.",
        "Un commentaire figure sur sa plateforme, et personne ne l’a signalé au registre.",
    ),
    settled_by="comment.received",
)
UNREPORTED_AROUND = Rule(
    "unreported_around",
    Severity.WARNING,
    Words(
        "A comment or reply outside this incident stands on an account that it concerns and was not reported when it "
        "was seen.",
        "Un commentaire ou une réponse hors de cet incident figure sur un compte concerné et n’était pas signalé "
        "lorsqu’il a été vu.",
    ),
    settled_by="comment.received",
)
REPLY_UNREPORTED = Rule(
    "reply_unreported",
    Severity.FAILURE,
    Words(
        "A reply of ours stands on its platform, and nobody reported it to the ledger.",
        "Une de nos réponses figure sur sa plateforme, et personne ne l’a signalée au registre.",
    ),
    settled_by="reply.posted",
)
UNDECLARED_EDIT = Rule(
    "undeclared_edit",
    Severity.FAILURE,
    Words(
        "A comment reads differently on its platform from what the ledger holds, and nobody declared an edit.",
        "Un commentaire se lit sur sa plateforme autrement qu’au registre, et personne n’a déclaré de modification.",
    ),
    settled_by="comment.edited_by_author",
)
TOTALS_DIFFER = Rule(
    "totals_differ",
    Severity.WARNING,
    Words(
        "The platform counted {shown} where the ledger knows of {known}.",
        "La plateforme en comptait {shown} là où le registre en connaît {known}.",
    ),
)
SPARSE = Rule(
    "sparse_snapshots",
    Severity.INFO,
    Words(
        "For up to {hours} h nobody looked at an account: what came and went in between would not show.",
        "Pendant {hours} h au plus, personne n’a regardé un compte : ce qui y a paru puis disparu ne se verrait pas.",
    ),
)
UNSEEN_SINCE = Rule(
    "not_seen_since",
    Severity.INFO,
    Words(
        "After the last snapshot of an account {count} comments or replies were recorded; nobody looked since.",
        "Après le dernier instantané d’un compte, {count} commentaires ou réponses ont été consignés ; nul n’y a "
        "regardé depuis.",
    ),
)
ONLY_COUNTED = Rule(
    "only_counted",
    Severity.WARNING,
    Words(
        "A reconciliation counted {count} differences ({kind}), and nothing on record says which.",
        "Une comparaison a compté {count} écarts ({kind}), et rien au registre ne dit lesquels.",
    ),
)
COUNTED: dict[str, tuple[Rule, ...]] = {
    "missing": (SILENT_DELETION, REPLY_MISSING),
    "unreported": (UNREPORTED, REPLY_UNREPORTED),
    "text_differs": (UNDECLARED_EDIT,),
}
"""Which rules say what a reconciliation counts under a kind."""
RULES = (
    SILENT_DELETION,
    REPLY_MISSING,
    UNREPORTED,
    UNREPORTED_AROUND,
    REPLY_UNREPORTED,
    UNDECLARED_EDIT,
    TOTALS_DIFFER,
    SPARSE,
    UNSEEN_SINCE,
    ONLY_COUNTED,
)
