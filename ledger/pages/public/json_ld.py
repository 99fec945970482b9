"""The page for machines: schema.org's SpecialAnnouncement with its corrections, as JSON-LD."""

import json

from markupsafe import Markup

from events.strict import JsonObject
from ledger.pages.public.document import public_updates


def linked_data(document: JsonObject) -> Markup:
    """Return the content of a `script` of type `application/ld+json`.

    Nothing in it can end the element: `<` is written as an escape, which JSON reads as the same letter.
    """
    updates = public_updates(document)
    told: JsonObject = {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement",
        "name": document["overview"]["title"] or document["incident"],
        "identifier": document["incident"],
        "datePosted": updates[-1]["first"]["at"] if updates else document["at"],
        "dateModified": updates[0]["versions"][0]["at"] if updates else document["at"],
        "text": updates[0]["versions"][0]["text"] if updates else "",
        "comment": [
            {
                "@type": "CorrectionComment",
                "datePublished": version["at"],
                "text": version["what_was_wrong"],
            }
            for update in updates
            for version in update["versions"]
            if version["kind"] == "corrected"
        ],
    }
    return Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - escaped for where it stands
