"""The page itself, and the list of a ledger's pages."""

from collections.abc import Sequence

from events.strict import JsonObject
from ledger.pages.languages import Language
from ledger.pages.public.document import public_updates
from ledger.pages.public.json_ld import linked_data
from ledger.pages.public.links import Links
from ledger.pages.rendering import render


def render_page(document: JsonObject, language: Language, links: Links) -> str:
    """Return the page of an incident."""
    return render(
        "public/page.html.jinja",
        language,
        root=links.root,
        links=links,
        document=document,
        updates=public_updates(document),
        linked_data=linked_data(document),
        proof={"ledger": links.ledger, "evidence": links.file("evidence.ndjson"), "vkey": document["vkey"]},
    )


def render_index(
    ledger: str, incidents: Sequence[JsonObject], language: Language, links: Links, suffix: str = ""
) -> str:
    """Return the list of the incidents of a ledger. Each is linked by its quoted id and `suffix`."""
    return render(
        "public/index.html.jinja",
        language,
        root=links.root,
        links=links,
        ledger=ledger,
        incidents=incidents,
        suffix=suffix,
    )
