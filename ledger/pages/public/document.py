"""What the world may know of an incident, as one JSON document: everything public on its page is in it."""

from collections.abc import Mapping, Sequence

from events.strict import JsonObject
from events.visibility import Visibility
from projections.shown import Shown, disclosed

VIEWS = ("overview", "responsiveness", "updates", "themes", "commitments", "moderation", "learning", "plan")
"""The views that the page is made of."""


def public_document(about: JsonObject, answers: Mapping[str, Shown]) -> JsonObject:
    """Return the document of an incident: `about` it and its ledger, then of each view what is public."""
    return {"ledgerd": "public/1", **about, **{name: disclosed(answers[name], Visibility.PUBLIC) for name in VIEWS}}


def is_public(phase: str) -> bool:
    """Tell whether an incident in this phase has a public page: once it was opened, and not as a drill."""
    return phase != "unopened"


def public_updates(document: JsonObject) -> Sequence[JsonObject]:
    """Return the updates that the public was given, the newest first, each with its versions, the newest first.

    A version's `field` names the field of its event that holds its words, "" where no one field does.
    """
    found = []
    for update in document["updates"]["updates"]:
        versions = [
            {**version, "field": _FIELDS.get(version["kind"], "")} for version in update["versions"] if version["text"]
        ]
        if versions:
            found.append({**update, "versions": versions[::-1], "first": versions[0]})
    return sorted(found, key=lambda update: (update["first"]["at"], update["first"]["event"]), reverse=True)


_FIELDS = {"published": "text", "published_again": "text", "corrected": "new_text"}
