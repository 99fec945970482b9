"""The updates: what was said when, every version with what changed, and whether the next came when promised."""

from collections.abc import Mapping, Sequence

from projections.announcements import ANNOUNCEMENTS
from projections.cadence import Gap, median_gap
from projections.facts import Fact, FactsRow
from projections.milestones import MILESTONES, MilestonesRow
from projections.shown import Figure, Shown, counted, figure
from projections.update_history import publications, text_hash, versions, words
from projections.view import Moment, Query, Rows, View
from projections.views.updates_answer import UpdatesAnswer, VersionLine
from projections.views.updates_parts import cadence_of, draft_shown, inquiry_shown, rumour_shown, update_shown


class UpdatesView(View[Query, UpdatesAnswer]):
    """Every update with its versions and their differences, cadence, promises, corrections, the press, rumours."""

    name = "updates"
    rows = (MILESTONES, ANNOUNCEMENTS)
    query = Query
    answer = UpdatesAnswer
    line = VersionLine

    def render(self, rows: Rows, moment: Moment, query: Query) -> UpdatesAnswer:  # noqa: ARG002
        """Judge what was told, to the moment."""
        told = rows.of(ANNOUNCEMENTS)
        milestones = rows.of(MILESTONES).get("", MilestonesRow())
        begun = milestones.beginning
        updates = _of_kind(told, "update")
        published = sorted(
            (fact for row in updates for fact in publications(row)), key=lambda fact: (fact.at, fact.event)
        )
        missed = _missed(told)
        cadences = {
            audience: cadence_of([fact for fact in published if fact.text("audience") == audience], missed, moment.at)
            for audience in ("public", "internal", "partners", "staff")
        }
        unnamed = [fact for row in _of_kind(told, "draft") for fact in row.told()]
        hashes = {text_hash(text) for fact in published if (text := words(fact)) is not None}
        corrections = [gap for row in updates for gap in _corrections(row)]
        undeclared = [version for row in updates for version in versions(row) if version.undeclared]
        return UpdatesAnswer(
            since=begun.at if begun else None,
            since_event=begun.event if begun else None,
            since_what=begun.what if begun else None,
            seconds_to_first_statement=_to_first(milestones),
            cadence=cadences.pop("public"),
            cadence_of_others=cadences,
            corrections=counted(_events(updates, "update.corrected")),
            correction_median_seconds=median_gap(corrections),
            undeclared_changes=counted(sorted(version.fact.event for version in undeclared)),
            withdrawn=counted(_events(updates, "update.withdrawn")),
            updates=[update_shown(row, unnamed) for row in updates],
            unnamed_drafts=[draft_shown(fact, hashes) for fact in unnamed if fact.text("text_sha256") not in hashes],
            press=[inquiry_shown(row, moment.at) for row in _of_kind(told, "press")],
            rumours=[rumour_shown(row) for row in _of_kind(told, "rumour")],
            drilled=counted(sorted({index for row in told.values() if row.exercise for index in row.indexes})),
        )

    def table(self, answer: UpdatesAnswer) -> Sequence[Shown]:
        """Return the versions."""
        return [version for update in answer.updates for version in update.versions]


def _of_kind(rows: Mapping[str, FactsRow], kind: str) -> list[FactsRow]:
    """Return the objects of a kind that are no drill's, in the order of their first events' times."""
    those = [row for key, row in rows.items() if key.startswith(f"{kind}|")]
    return sorted(those, key=lambda row: (row.told()[0].at, row.indexes))


def _missed(rows: Mapping[str, FactsRow]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in _of_kind(rows, "missed"):
        for fact in row.facts:
            found.setdefault(fact.number("last_update") or 0, []).append(fact.event)
    return found


def _to_first(milestones: MilestonesRow) -> Figure:
    begun, first = milestones.beginning, milestones.first_public_update
    if begun is None or first is None:
        return figure(None, [])
    return figure((first.at - begun.at).total_seconds(), sorted({begun.event, first.event}))


def _corrections(row: FactsRow) -> list[Gap]:
    """Return how long the update stood wrong: from its latest publication before each correction. Public ones only."""
    published = publications(row)
    corrected = [fact for fact in row.told() if fact.type == "update.corrected" and _public(fact)]
    before = [(fact, [one for one in published if one.at <= fact.at and _public(one)]) for fact in corrected]
    return [
        Gap((fact.at - those[-1].at).total_seconds(), those[-1].event, fact.event) for fact, those in before if those
    ]


def _public(fact: Fact) -> bool:
    return fact.text("audience") in {None, "public"}


def _events(rows: Sequence[FactsRow], kind: str) -> list[int]:
    return sorted(fact.event for row in rows for fact in row.facts if fact.type == kind)
