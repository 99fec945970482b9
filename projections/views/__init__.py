"""The views of an incident, one module each: what the rows say of how it was handled."""

from collections.abc import Sequence

from projections.view import AnyView
from projections.views.comments import CommentsView
from projections.views.commitments import CommitmentsView
from projections.views.learning import LearningView
from projections.views.moderation import ModerationView
from projections.views.overview import OverviewView
from projections.views.plan import PlanView
from projections.views.responsiveness import ResponsivenessView
from projections.views.themes import ThemesView
from projections.views.updates import UpdatesView

VIEWS: Sequence[AnyView] = (
    OverviewView(),
    CommentsView(),
    ResponsivenessView(),
    PlanView(),
    UpdatesView(),
    ThemesView(),
    CommitmentsView(),
    ModerationView(),
    LearningView(),
)
"""Every view, in the order of the interface's document."""
