"""The words that the pages say: found in templates and code by Babel's extractors, area by area.

`python -m tests.pages.words` adds what is missing to the French catalogues, empty, and tells what nobody says any more.
Which catalogue a text belongs to: that of the first template or module that says it, by `AREAS`.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tests.conftest import CHECKOUT

PAGES = CHECKOUT / "ledger" / "pages"
FRENCH = PAGES / "locale" / "fr"
_OPTIONS = {
    "silent": "false",
    "trimmed": "false",
    "newstyle_gettext": "true",
}
_HEAD = (
    'msgid ""',
    'msgstr ""',
    r'"Content-Type: text/plain; charset=UTF-8\n"',
    r'"Language: fr\n"',
    r'"Plural-Forms: nplurals=2; plural=(n > 1);\n"',
    "",
)
Said = str | tuple[str, ...] | list[str]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "said": None}


def area(source: Path) -> str:
    """Return the area of a source: its folder or its name, `shared` where no catalogue is named so."""
    relative = source.relative_to(PAGES if source.is_relative_to(PAGES) else CHECKOUT / "ledger" / "web" / "html")
    names = [*relative.parts[:-1], relative.name.partition(".")[0]]
    return next((name for name in names if (FRENCH / f"{name}.po").exists()), "shared")


def texts() -> Iterator[tuple[str, Said, str]]:
    """Yield the area, the text or its forms, and the source of everything that the pages say, shared ones first."""
    sources = [
        *sorted((PAGES / "templates").rglob("*.jinja")),
        *sorted(PAGES.rglob("*.py")),
        *sorted((CHECKOUT / "ledger" / "web" / "html").rglob("*.py")),
    ]
    for source in sorted(sources, key=lambda each: (area(each) != "shared", each)):
        method = "jinja2.ext:babel_extract" if source.suffix == ".jinja" else "python"
        options = _OPTIONS if source.suffix == ".jinja" else {}
        with source.open("rb") as file:
            for _line, message, _comments, _context in extract(method, file, _KEYWORDS, options=options):
                said = message if isinstance(message, str) else tuple(message)
                yield area(source), said, str(source.relative_to(CHECKOUT))


def catalogue(name: str) -> Catalog:
    """Return the French catalogue of an area."""
    with (FRENCH / f"{name}.po").open("rb") as file:
        return read_po(file, locale="fr")


def renew() -> None:
    """Write the catalogues anew: what is said, in order, each text once in all; what isn't said any more goes."""
    found: dict[str, dict[str, Said]] = {path.stem: {} for path in sorted(FRENCH.glob("*.po"))}
    french = {key(message.id): message.string for name in found for message in catalogue(name)}
    placed: set[str] = set()
    for name, said, _source in texts():
        if key(said) not in placed:
            placed.add(key(said))
            found[name][key(said)] = said
    for name, in_area in found.items():
        kept = Catalog(locale="fr")
        for text, said in in_area.items():
            kept.add(said, french.get(text) or ("" if isinstance(said, str) else ("", "")))
        _write(FRENCH / f"{name}.po", kept)
        missing = sum(not french.get(text) for text in in_area)
        print(f"{name}: {len(in_area)} texts, {missing} new")  # noqa: T201 - a program for translators


def key(said: Said) -> str:
    """Return what a text is known by: itself, or its form for one."""
    return said if isinstance(said, str) else said[0]


def _write(path: Path, kept: Catalog) -> None:
    written = io.BytesIO()
    write_po(written, kept, width=120, omit_header=True, sort_output=False)
    head = "".join(f"{line}\n" for line in _HEAD)
    comment = "".join(line + "\n" for line in path.read_text("utf-8").splitlines() if line.startswith("# "))
    path.write_text(comment + head + written.getvalue().decode().strip() + "\n", "utf-8")


if __name__ == "__main__":
    renew()
