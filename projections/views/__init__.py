"""The views of an incident, one module each: what the rows say of how it was handled."""

from collections.abc import Sequence

from projections.view import AnyView
from projections.views.comments import CommentsView
from projections.views.responsiveness import ResponsivenessView

VIEWS: Sequence[AnyView] = (CommentsView(), ResponsivenessView())
"""Every view, in the order of the interface's document."""
