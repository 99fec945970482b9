"""Every text of the pages is said in French too, with the same names in it; nothing else stands in the catalogues."""

import re

import pytest

from events.vocabulary import VOCABULARY
from ledger.pages.assets import assets
from ledger.pages.languages import Language, preferred
from ledger.pages.phrases import PHRASES
from tests.pages.words import FRENCH, catalogue, key, texts

_NAMES = re.compile(r"%\(\w+\)s")
AREAS = sorted(path.stem for path in FRENCH.glob("*.po"))


@pytest.mark.parametrize("area", AREAS)
def test_every_text_is_said_in_french_with_the_same_names_in_it(area: str) -> None:
    for message in catalogue(area):
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), f"not in French: {message.id!r}"
        assert not message.fuzzy
        assert set(_NAMES.findall(str(said[-1]))) == set(
            _NAMES.findall(message.id if isinstance(message.id, str) else message.id[-1])
        )


def test_the_catalogues_hold_what_is_said_and_each_text_once() -> None:
    said = {key(text): source for _area, text, source in texts()}
    kept = [key(message.id) for area in AREAS for message in catalogue(area) if message.id]
    assert sorted(kept) == sorted(set(kept)), "a text stands twice; python -m tests.pages.words sorts it out"
    assert {text: source for text, source in said.items() if text not in kept} == {}
    assert set(kept) - set(said) == set()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.EN),
        ("fr", Language.FR),
        ("fr-CA,fr;q=0.9,en;q=0.8", Language.FR),
        ("en-US,en;q=0.9,fr;q=0.8", Language.EN),
        ("de,fr;q=0.4,en;q=0.3", Language.FR),
        ("de", Language.EN),
        ("fr;q=0", Language.EN),
        ("fr;q=nonsense, *", Language.EN),
    ],
)
def test_the_browsers_preference_is_met(header: str, language: Language) -> None:
    assert preferred(header) is language


def test_every_event_type_has_a_phrase_and_an_icon_that_exists() -> None:
    icons = set(re.findall(r'id="(\w+)"', assets()["icons.svg"].body.decode()))
    assert set(PHRASES) == set(VOCABULARY)
    assert {phrase.icon for phrase in PHRASES.values()} <= icons
