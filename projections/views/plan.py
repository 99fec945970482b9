"""The plan: which version was in force and in use, who held which role, what became of its steps, what was blind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from projections.blindness import blind_windows
from projections.facts import Fact, FactsRow
from projections.milestones import MILESTONES, MilestonesRow
from projections.mobilisation import MOBILISATION
from projections.plan_use import Spell, StepInUse, Use, gaps, spells, steps, uses
from projections.preparedness import PREPAREDNESS
from projections.shown import Shown, figure
from projections.view import Moment, Query, Rows, View
from projections.views.plan_answer import PlanAnswer, StepLine, Vacancy
from projections.views.plan_figures import plan_figures
from projections.views.plan_parts import (
    decision_shown,
    drills_shown,
    escalation_shown,
    monitor_shown,
    role_spells,
    step_line,
    use_shown,
    version_shown,
    waiting_shown,
)


class PlanCase:
    """All that is known of the plan's use at the moment, as objects; drills apart."""

    def __init__(self, rows: Rows, moment: Moment) -> None:
        """Take the rows that the view reads."""
        self.at = moment.at
        self.milestones = rows.of(MILESTONES).get("", MilestonesRow())
        self._own, self._shared = rows.of(MOBILISATION), rows.shared(MOBILISATION)
        self._ready = rows.shared(PREPAREDNESS)

    @cached_property
    def texts(self) -> Sequence[Fact]:
        """The versions of all plans, by time."""
        return sorted(
            (fact for row in of_kind(self._ready, "plan") for fact in row.facts), key=lambda fact: (fact.at, fact.event)
        )

    @cached_property
    def uses(self) -> Sequence[Use]:
        """The versions in use in the incident, by the time of their activation."""
        return uses(of_kind(self._own, "plan"), self.texts)

    @cached_property
    def steps(self) -> Sequence[StepInUse]:
        """The steps, planned or not."""
        return steps(self.uses, self.rows("step"))

    @cached_property
    def roles(self) -> Mapping[str, tuple[FactsRow, FactsRow]]:
        """What is told of each role: in the incident, and outside any."""
        own = {row.name: row for row in of_kind(self._own, "role")}
        standing = {row.name: row for row in of_kind(self._shared, "role")}
        return {
            name: (own.get(name, FactsRow(name=name)), standing.get(name, FactsRow(name=name)))
            for name in sorted({*own, *standing})
        }

    @cached_property
    def spells(self) -> Mapping[str, Sequence[Spell]]:
        """Who held each role, in the incident or beyond it."""
        return {
            name: [spell for row in rows for spell in spells(row.told(), self.at)] for name, rows in self.roles.items()
        }

    @cached_property
    def vacancies(self) -> Sequence[Vacancy]:
        """When nobody held a role that a version in use requires, by the roles' names."""
        return [vacancy for use in self.uses for role in mandatory_roles(use) for vacancy in self._vacant(use, role)]

    def _vacant(self, use: Use, role: str) -> Iterable[Vacancy]:
        held = self.spells.get(role, ())
        behind = [*use.behind, *([] if use.ended is None else [use.ended.event])]
        for begun, ended in gaps(
            [(spell.begun.at, spell.end(self.at)) for spell in held], use.activated.at, use.until(self.at)
        ):
            edges = [spell.begun.event for spell in held if spell.begun.at == ended]
            edges += [
                (spell.ended or spell.begun).event for spell in held if spell.until is not None and spell.until == begun
            ]
            indexes = sorted({*behind, *edges})
            yield Vacancy(role=role, begun=begun, ended=ended, seconds=figure((ended - begun).total_seconds(), indexes))

    def rows(self, kind: str) -> list[FactsRow]:
        """Return the incident's objects of a kind, by their first event."""
        return sorted(of_kind(self._own, kind), key=lambda row: row.indexes)

    @property
    def monitors(self) -> list[FactsRow]:
        """The monitors by name."""
        return sorted(of_kind(self._ready, "monitor"), key=lambda row: row.name)

    @property
    def drilled(self) -> list[FactsRow]:
        """What drills say: of scenarios, of the incident, of what belongs to no incident."""
        sources = (self._ready, self._own, self._shared)
        return [row for rows in sources for row in rows.values() if row.exercise]

    @property
    def during(self) -> tuple[datetime, datetime]:
        """The incident's time: from its beginning to its closure, at the latest the moment."""
        begun, closed = self.milestones.beginning, self.milestones.closed
        end = self.at if closed is None else min(closed.at, self.at)
        return (end if begun is None else begun.at), end


def of_kind(rows: Mapping[str, FactsRow], kind: str) -> list[FactsRow]:
    """Return the objects of a kind that are no drill's."""
    return [row for key, row in rows.items() if key.startswith(f"{kind}|")]


def mandatory_roles(use: Use) -> list[str]:
    """Return the roles that a version in use requires, in its order."""
    planned = [] if use.text is None else use.text.items("roles")
    return list(dict.fromkeys(role["role"] for role in planned if role.get("mandatory", True)))


class PlanView(View[Query, PlanAnswer]):
    """The crisis plan: versions and use, roles and vacancies, steps, escalations, decisions, monitors, drills."""

    name = "plan"
    rows = (MILESTONES, MOBILISATION)
    shared = (PREPAREDNESS, MOBILISATION)
    query = Query
    answer = PlanAnswer
    line = StepLine

    def render(self, rows: Rows, moment: Moment, query: Query) -> PlanAnswer:  # noqa: ARG002
        """Judge what was done by the plan, to the moment."""
        case = PlanCase(rows, moment)
        begun = case.milestones.beginning
        monitors = [(row, blind_windows(row.facts)) for row in case.monitors]
        escalations = [shown for row in case.rows("escalation") if (shown := escalation_shown(row, moment.at))]
        return PlanAnswer(
            since=begun and begun.at,
            since_event=begun and begun.event,
            since_what=begun and begun.what,
            figures=plan_figures(
                milestones=case.milestones,
                used=case.uses,
                held={role: case.spells.get(role, ()) for use in case.uses for role in mandatory_roles(use)},
                vacancies=case.vacancies,
                steps=case.steps,
                escalations=escalations,
                blind=[window for _, windows in monitors for window in windows],
                during=case.during,
                at=moment.at,
            ),
            in_force={fact.text("plan_id") or "": fact.event for fact in case.texts},
            versions=[version_shown(fact) for fact in case.texts],
            used=[use_shown(use, case.texts, moment.at) for use in case.uses],
            roles=[spell for name, pair in case.roles.items() for spell in role_spells(name, pair, moment.at)],
            waiting=[shown for name, (own, _) in case.roles.items() for shown in waiting_shown(name, own.told())],
            vacancies=case.vacancies,
            steps=[step_line(step, moment.at) for step in case.steps],
            escalations=escalations,
            decisions=[decision_shown(row.facts[0]) for row in case.rows("decision")],
            monitors=[monitor_shown(row, windows, moment.at) for row, windows in monitors],
            drills=drills_shown(case.drilled),
        )

    def table(self, answer: PlanAnswer) -> Sequence[Shown]:
        """Return the steps."""
        return answer.steps
