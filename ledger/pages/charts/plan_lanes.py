"""The chart of a plan's use: the version in use, who held which role, when nobody did, when monitors were blind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from events.strict import JsonObject
from ledger.pages.charts.spells import Lane, Spell, SpellsChart, spells_chart


def plan_chart(answer: JsonObject, at: datetime) -> SpellsChart | None:
    """Return the chart of what a reader may see of the plan's view `at` a time, None where no plan or role was used.

    It reaches from the incident's beginning to when the last of them ended.
    """
    uses = [*_spells(answer["used"], "use", "version")]
    roles: dict[str, list[Spell]] = {}
    for line in answer["roles"]:
        kind = "standing" if line["standing"] else "held"
        roles.setdefault(line["role"], []).extend(_spells([line], kind, "person"))
    for line in answer.get("vacancies", ()):
        roles.setdefault(line["role"], []).extend(_spells([line], "vacant"))
    own = [*uses, *(spell for spells in roles.values() for spell in spells if spell.kind != "standing")]
    if not own:
        return None
    begun = [_time(answer["since"]), *(spell.begun for spell in own)]
    lanes = [
        *([Lane(answer["used"][0]["plan_id"], uses)] if uses else []),
        *(Lane(name, spells) for name, spells in roles.items()),
        *(Lane(line["monitor"], [*_spells(line["blind"], "blind")]) for line in answer["monitors"] if line["blind"]),
    ]
    first = min(time for time in begun if time is not None)
    return spells_chart(_within(lanes, first), first, max(spell.ended or at for spell in own))


def _spells(lines: Iterable[Mapping[str, str]], kind: str, named: str = "") -> Iterable[Spell]:
    for line in lines:
        # When a role was laid down isn't for everyone: then a mark says when it was taken, and no bar goes on for ever.
        begun, ended = _time(line["begun"]), _time(line["ended"] if "ended" in line else line["begun"])
        if begun is not None:
            yield Spell(begun, ended, line.get(named) or "", kind)


def _within(lanes: Sequence[Lane], first: datetime) -> list[Lane]:
    return [lane for lane in lanes if any(spell.ended is None or spell.ended > first for spell in lane.spells)]


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
