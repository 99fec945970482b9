"""A verdict as text for people: what was found, where, and what the verdict does not cover."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

from events.strict import JsonObject

Language = Literal["en", "fr"]
EXIT_CODES = {"certified": 0, "failed": 1, "qualified": 3}
"""2 is left to what couldn't be judged."""
_LISTED = 20
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "failure": "failures",
        "warning": "warnings",
        "info": "for information",
        "events": "events",
        "drills": "In drills, which count for nothing:",
        "missing": "Not covered:",
        "proof": "{entries:,} entries verified with their openings, {faults:,} faults",
        "more": "… and {count:,} more",
        "settled": "settled by event {index}",
    },
    "fr": {
        "failure": "échecs",
        "warning": "avertissements",
        "info": "pour information",
        "events": "événements",
        "drills": "Dans les exercices, qui ne comptent pas :",
        "missing": "Non couvert :",
        "proof": "{entries:,} entrées vérifiées avec leurs ouvertures, {faults:,} fautes",
        "more": "… et {count:,} de plus",
        "settled": "réglé par l’événement {index}",
    },
}


def verdict_lines(verdict: JsonObject, language: Language) -> Iterator[str]:
    """Yield the lines of a verdict, as `GET …/verdict` answers it, the gravest first."""
    words = _WORDS[language]
    yield f"{verdict['verdict'].upper()}  {verdict['size']:,} @ {verdict['root']}"
    yield verdict["scope"]["sentence"][language]
    proof = verdict["proof"]
    yield words["proof"].format(entries=proof["entries"], faults=len(proof["faults"]))
    for severity, findings in groupby(verdict["findings"], lambda finding: finding["severity"]):
        told = list(findings)
        yield f"{len(told):,} {words[severity]}"
        yield from _findings(told, language)
    if verdict["drills"]:
        yield words["drills"]
        yield from _findings(verdict["drills"], language)
    if missed := verdict["scope"]["not_covered"]:
        yield words["missing"]
        yield from (f"  {each[language]}" for each in missed)


def _findings(findings: Sequence[Any], language: Language) -> Iterator[str]:
    """Yield a line a rule: of many alike a check says the same."""
    words = _WORDS[language]
    for (code, said), some in groupby(findings, lambda each: (each["code"], each["explanation"][language])):
        alike = list(some)
        indexes = list(dict.fromkeys(index for each in alike for index in each["indexes"]))
        shown = ", ".join(map(str, indexes[:_LISTED]))
        more = f" {words['more'].format(count=len(indexes) - _LISTED)}" if len(indexes) > _LISTED else ""
        settled = {each["settled"] for each in alike} - {None}
        end = f"; {words['settled'].format(index=', '.join(map(str, sorted(settled))))}" if settled else ""
        where = f" [{words['events']} {shown}{more}{end}]" if indexes else ""
        yield f"  {code:<4} {said}{where}"
