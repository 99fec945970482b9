"""Views of logs as nobody would wish them: they answer, the same whatever the order of the rows, and open to all."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.visibility import Visibility
from projections.linking import with_linked
from projections.shown import Figure, Shown, disclosed
from projections.view import AnyView, Moment, Rows, fold_rows
from projections.views.plan import PlanView
from projections.views.updates import UpdatesView
from tests.projections.crisis import END
from tests.projections.histories import Step, events_of, histories, lay


def figures(value: object) -> list[Figure]:
    match value:
        case Figure():
            return [value]
        case Shown():
            return [found for name in value.visibility for found in figures(getattr(value, name))]
        case list() | tuple():
            return [found for item in value for found in figures(item)]
        case dict():
            return [found for item in value.values() for found in figures(item)]
    return []


def backwards_of(rows: Mapping[str, Any]) -> dict[str, Any]:
    return dict(reversed(list(rows.items())))


def answered(view: AnyView, history: list[Step], *, backwards: bool = False) -> Shown:
    events = events_of(lay(history))
    rows = fold_rows(view, "paris", with_linked(events, {event.index: event for event in events}.get))
    if backwards:
        own = {projection.name: backwards_of(rows.of(projection)) for projection in view.rows}
        shared = {projection.name: backwards_of(rows.shared(projection)) for projection in view.shared}
        rows = Rows(own, shared, rows.comments)
    answer: Shown = view.render(rows, Moment("paris", len(events), END), view.query())
    return answer


@pytest.mark.parametrize("view", [PlanView(), UpdatesView()], ids=lambda view: view.name)
@given(histories, st.data())
def test_any_history_is_answered_the_same_from_rows_in_any_order(
    view: AnyView, history: list[Step], data: st.DataObject
) -> None:
    answer = answered(view, history)
    again = answered(view, history, backwards=True)
    level = data.draw(st.sampled_from(Visibility))
    assert disclosed(again, level) == disclosed(answer, level)


@pytest.mark.parametrize("view", [PlanView(), UpdatesView()], ids=lambda view: view.name)
@given(histories)
def test_the_events_behind_a_figure_exist_once_each_and_in_the_order_of_the_log(
    view: AnyView, history: list[Step]
) -> None:
    size = len(events_of(lay(history)))
    for figure in figures(answered(view, history)):
        assert sorted(set(figure.indexes)) == list(figure.indexes)
        assert all(0 <= index < size for index in figure.indexes)
