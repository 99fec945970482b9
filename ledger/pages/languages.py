"""The languages of the pages, and the catalogues of their words (gettext; one file an area, in `locale/`)."""

import io
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import Locale
from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language that pages speak. English is the language of the templates and needs no catalogue."""

    EN = "en"
    FR = "fr"

    @property
    def locale(self) -> Locale:
        """How numbers, dates and durations are written."""
        return Locale.parse("en_GB" if self is Language.EN else "fr_FR")


def preferred(accept_language: str) -> Language:
    """Return the language that a header Accept-Language (RFC 9110 §12.5.4) prefers; English where it names none."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        wanted.append((-quality, name.strip().partition("-")[0].lower()))
    chosen = negotiate_locale(
        [name for quality, name in sorted(wanted, key=lambda each: each[0]) if quality], list(Language)
    )
    return Language(chosen or Language.EN)


def said(text: str) -> str:
    """Mark a text in Python code as one to be translated where it is shown; returns it as it is."""
    return text


@cache
def translations(language: Language) -> GNUTranslations:
    """Return the words of a language, of all areas together."""
    merged = Catalog(locale=language.value)
    for name, area in areas(language):
        for message in area:
            if message.id and message.string:
                merged.add(message.id, message.string, context=message.context, auto_comments=[name])
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def areas(language: Language) -> Iterator[tuple[str, Catalog]]:
    """Yield each area's name and its catalogue, as they are written."""
    for file in _catalogues(language):
        yield file.name.removesuffix(".po"), read_po(io.BytesIO(file.read_bytes()), locale=language.value)


def _catalogues(language: Language) -> list[Traversable]:
    folder = files(__package__).joinpath("locale", language.value)
    return (
        sorted((each for each in folder.iterdir() if each.name.endswith(".po")), key=lambda each: each.name)
        if folder.is_dir()
        else []
    )
