"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.announcements import ANNOUNCEMENTS
from projections.comments import COMMENTS
from projections.deadlines.plan_steps import OUTCOMES, TEXTS, USES
from projections.deadlines.promises import PROMISES
from projections.deadlines.silences import SILENCES
from projections.incidents import Incidents
from projections.marks import Marks
from projections.milestones import MILESTONES
from projections.mobilisation import MOBILISATION
from projections.origins import Origins
from projections.plans import Plans
from projections.preparedness import PREPAREDNESS
from projections.projection import AnyProjection
from projections.surges import Surges
from projections.theme_levels import THEME_LEVELS
from projections.timeline import TIMELINE
from projections.volume import Volume

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (
    TIMELINE,
    Marks(),
    Origins(),
    Incidents(),
    COMMENTS,
    PROMISES,
    SILENCES,
    TEXTS,
    USES,
    OUTCOMES,
    MILESTONES,
    PREPAREDNESS,
    MOBILISATION,
    ANNOUNCEMENTS,
    THEME_LEVELS,
    Volume(),
    Surges(),
    Plans(),
)
"""Every projection that is kept up to date."""
