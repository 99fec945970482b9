"""Where the parts of a public page lie, relative to it: in the service, and in a folder of files."""

from dataclasses import dataclass
from urllib.parse import quote

from ledger.pages.languages import Language

FILES = ("feed.atom", "feed.json", "status.json", "document.json", "evidence.ndjson")


@dataclass(frozen=True, slots=True)
class Links:
    """Relative addresses. `root`: of the service or folder; `ledger`: of the tiles; `files`: stands before a file."""

    root: str
    ledger: str
    index: str
    files: str
    languages: dict[Language, str]

    def file(self, name: str) -> str:
        """Return where one of `FILES` is."""
        return f"{self.files}{name}"


def service_links(ledger: str, incident: str) -> Links:
    """Return the links of the page at `/public/{ledger}/{incident}`."""
    languages = {language: f"?lang={language.value}" for language in Language}
    return Links(
        "../../", f"../../ledgers/{quote(ledger)}/", f"../{quote(ledger)}", f"{quote(incident, '')}/", languages
    )


def index_links(ledger: str) -> Links:
    """Return the links of the list at `/public/{ledger}`; `files` leads to an incident's page."""
    languages = {language: f"?lang={language.value}" for language in Language}
    return Links("../", f"../ledgers/{quote(ledger)}/", quote(ledger), f"{quote(ledger)}/", languages)


def folder_links(ledger: str, language: Language) -> Links:
    """Return the links of the page `public/<ledger>/<incident>/index.html` (or `fr.html`) in a folder of files."""
    return Links("../../../", f"../../../ledgers/{quote(ledger)}/", f"../{page_file(language)}", "", _FILES)


def folder_index_links(ledger: str) -> Links:
    """Return the links of the list `index.html` (or `fr.html`) at the top of a folder; `files` leads to pages."""
    return Links("", f"ledgers/{quote(ledger)}/", "", f"public/{quote(ledger)}/", _FILES)


def folder_list_links(ledger: str) -> Links:
    """Return the links of the list `public/<ledger>/index.html`, which lies where the service has it."""
    return Links("../../", f"../../ledgers/{quote(ledger)}/", "", "", _FILES)


def page_file(language: Language) -> str:
    """Return the name of a page's file in a language."""
    return "index.html" if language is Language.EN else f"{language.value}.html"


_FILES = {language: page_file(language) for language in Language}
