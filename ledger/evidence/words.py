"""The words of the report, in English and in French."""

from collections.abc import Mapping
from types import MappingProxyType

_VERIFY_EN = (
    "Whether this is what the ledger holds is proved by the files beside this report, offline, without trust in "
    "whoever made it: run `python3 verify.py` in the bundle, or `ledgerd verify` on it; VERIFY.md says how. Compare "
    "the verifier key with one from elsewhere."
)
_VERIFY_FR = (
    "Les fichiers joints à ce rapport prouvent hors ligne que c’est bien ce que contient le registre, sans qu’il "
    "faille croire qui l’a établi : lancez `python3 verify.py` dans le dossier, ou `ledgerd verify` sur l’archive ; "
    "VERIFY.md explique comment. Comparez la clé de vérification avec celle d’une autre source."
)
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("Evidence report", "Rapport de preuve"),
        "ledger": ("Ledger", "Registre"),
        "whole": ("the whole ledger", "tout le registre"),
        "incident": ("Incident", "Incident"),
        "from": ("accepted from", "acceptés à partir du"),
        "until": ("until before", "jusqu’avant le"),
        "as_of": ("as it stood at", "tel qu’il était le"),
        "role": ("disclosed to the role", "communiqué au rôle"),
        "role.public": ("public", "public"),
        "role.internal": ("internal", "interne"),
        "role.personal": ("personal", "personnel"),
        "events": ("events", "événements"),
        "events.linked": ("of these linked in", "dont liés"),
        "events.context": (
            "of these from the rest of the ledger, as context",
            "dont du reste du registre, en contexte",
        ),
        "verdict": ("Verdict", "Verdict"),
        "verdict.certified": ("CERTIFIED", "CERTIFIÉ"),
        "verdict.qualified": ("QUALIFIED", "AVEC RÉSERVES"),
        "verdict.failed": ("FAILED", "ÉCHEC"),
        "integrity": ("Integrity", "Intégrité"),
        "origin": ("Origin", "Origine"),
        "size": ("Entries in the log", "Entrées du journal"),
        "root": ("Root of the tree", "Racine de l’arbre"),
        "vkey": ("Verifier key", "Clé de vérification"),
        "verify": (_VERIFY_EN, _VERIFY_FR),
        "findings": ("Findings", "Constats"),
        "findings.none": ("Nothing was found within the scope.", "Rien n’a été constaté dans ce périmètre."),
        "findings.more": ("more findings stand in findings.json.", "autres constats figurent dans findings.json."),
        "severity.failure": ("failure", "échec"),
        "severity.warning": ("warning", "réserve"),
        "severity.info": ("information", "information"),
        "rule": ("Rule", "Règle"),
        "finding": ("Finding", "Constat"),
        "entries": ("Entries", "Entrées"),
        "not_covered": ("Not covered", "Hors périmètre"),
        "figures": ("Key figures", "Chiffres clés"),
        "figure": ("Figure", "Chiffre"),
        "value": ("Value", "Valeur"),
        "figures.none": (
            "Figures are told of a whole incident only.",
            "Les chiffres ne sont donnés que pour un incident entier.",
        ),
        "incidents": ("Incidents", "Incidents"),
        "severity": ("Severity", "Gravité"),
        "status": ("Status", "État"),
        "timeline": ("Timeline", "Chronologie"),
        "timeline.omitted": (
            "lines in the middle are left out here; timeline.csv has them all.",
            "lignes du milieu sont omises ici ; timeline.csv les contient toutes.",
        ),
        "index": ("Entry", "Entrée"),
        "time": ("Happened", "Survenu"),
        "accepted": ("Accepted", "Accepté"),
        "type": ("Event", "Événement"),
        "told": ("What was told", "Ce qui a été dit"),
        "late": ("s late", "s de retard"),
        "withheld": ("withheld", "non communiqué"),
        "later": ("later", "ensuite"),
        "linked_by": ("linked in by", "lié par"),
        "register": ("Register of moderation", "Registre de modération"),
        "register.none": ("No measure was taken.", "Aucune mesure n’a été prise."),
        "register.omitted": ("measures are left out here.", "mesures sont omises ici."),
        "reason": ("Reason", "Motif"),
        "policy": ("Policy", "Règlement"),
        "ended": ("Ended by", "Levée par"),
        "stands": ("stands", "en vigueur"),
        "access": ("Who read and took away", "Consultations et exports"),
        "access.none": (
            "Nothing is on record here.",
            "Rien n’est consigné ici.",
        ),
        "times": ("Times", "Nombre"),
        "left_out": ("What is not here", "Ce qui n’est pas ici"),
        "left_out.none": ("Nothing is left out.", "Rien n’est omis."),
        "what": ("What", "Quoi"),
        "why": ("Why", "Pourquoi"),
        "none": ("none", "aucun"),
        "more": ("more", "autres"),
    }
)


def words(lang: str) -> Mapping[str, str]:
    """Return the words of a language, `en` or `fr`, by name."""
    return {name: pair[lang == "fr"] for name, pair in _WORDS.items()}
