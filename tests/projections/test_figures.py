"""Every number of every view comes with events that are there: over the sample crisis, at every stage of it."""

from collections.abc import Iterator

import pytest

from ledger.demo import INCIDENT
from projections.linking import linked
from projections.shown import Figure, Shown
from projections.view import AnyView
from projections.views import VIEWS
from tests.projections.crisis import crisis, seen

STAGES = (1, 60, 150, 300, 450, len(crisis()))


def figures(value: object, path: str = "") -> Iterator[tuple[str, Figure]]:
    match value:
        case Figure():
            yield path, value
        case Shown():
            for name in type(value).model_fields:
                yield from figures(getattr(value, name), f"{path}.{name}")
        case dict():
            for name, item in value.items():
                yield from figures(item, f"{path}.{name}")
        case list() | tuple():
            for place, item in enumerate(value):
                yield from figures(item, f"{path}.{place}")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_behind_every_figure_stand_events_of_the_log_each_once_and_in_order(view: AnyView) -> None:
    for size in STAGES:
        for path, figure in figures(seen(view, crisis()[:size])):
            indexes = [int(index) for index in figure.indexes]
            assert figure.count == len(indexes), path
            assert indexes == sorted(set(indexes)), path
            assert all(0 <= index < size for index in indexes), path


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_number_with_no_event_behind_it_is_nothing_or_a_share_of_nothing(view: AnyView) -> None:
    for size in STAGES:
        for path, figure in figures(seen(view, crisis()[:size])):
            if figure.count == 0:
                assert not figure.value, path


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_figure_counts_what_a_drill_tells(view: AnyView) -> None:
    drilled = {event.index for event in crisis() if event.exercise}
    assert drilled
    for path, figure in figures(seen(view, crisis())):
        if "drill" not in path:
            assert not drilled & {int(index) for index in figure.indexes}, path


def test_figures_of_an_incident_rest_on_its_own_events_or_on_what_the_whole_ledger_shares() -> None:
    own = {event.index for event in crisis() if event.incident == INCIDENT}
    brought_in = {linked(event) for event in crisis()}
    for view in VIEWS:
        if not view.shared:
            for path, figure in figures(seen(view, crisis())):
                assert {int(index) for index in figure.indexes} <= own | brought_in, (view.name, path)
