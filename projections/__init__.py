"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.comments import COMMENTS
from projections.incidents import Incidents
from projections.marks import Marks
from projections.milestones import MILESTONES
from projections.origins import Origins
from projections.projection import AnyProjection
from projections.timeline import TIMELINE

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (TIMELINE, Marks(), Origins(), Incidents(), COMMENTS, MILESTONES)
"""Every projection that is kept up to date."""
