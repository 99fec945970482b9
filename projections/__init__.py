"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.comments import COMMENTS
from projections.commitments import COMMITMENTS
from projections.feedback import FEEDBACK
from projections.incidents import Incidents
from projections.marks import Marks
from projections.measures import MEASURES
from projections.origins import Origins
from projections.projection import AnyProjection
from projections.solutions import SOLUTIONS
from projections.themes import THEMES
from projections.timeline import TIMELINE

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (
    TIMELINE,
    Marks(),
    Origins(),
    Incidents(),
    COMMENTS,
    THEMES,
    SOLUTIONS,
    COMMITMENTS,
    FEEDBACK,
    MEASURES,
)
"""Every projection that is kept up to date."""
