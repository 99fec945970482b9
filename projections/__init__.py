"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.comments import COMMENTS
from projections.incidents import Incidents
from projections.marks import Marks
from projections.milestones import MILESTONES
from projections.origins import Origins
from projections.projection import AnyProjection
from projections.theme_levels import THEME_LEVELS
from projections.timeline import TIMELINE

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (TIMELINE, Marks(), Origins(), Incidents(), COMMENTS, MILESTONES, THEME_LEVELS)
"""Every projection that is kept up to date."""
