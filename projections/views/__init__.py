"""The views of an incident, one module each: what the rows say of how it was handled."""

from collections.abc import Sequence

from projections.view import AnyView
from projections.views.comments import CommentsView
from projections.views.learning import LearningView
from projections.views.overview import OverviewView
from projections.views.plan import PlanView
from projections.views.updates import UpdatesView

VIEWS: Sequence[AnyView] = (CommentsView(), PlanView(), UpdatesView(), LearningView(), OverviewView())
"""Every view, in the order of the interface's document."""
