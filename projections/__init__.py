"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.accesses import ACCESSES
from projections.announcements import ANNOUNCEMENTS
from projections.comments import COMMENTS
from projections.commitments import COMMITMENTS
from projections.context import CONTEXT
from projections.deadlines.plan_steps import OUTCOMES, TEXTS, USES
from projections.deadlines.promises import PROMISES
from projections.deadlines.silences import SILENCES
from projections.erasures import ERASURES
from projections.feedback import FEEDBACK
from projections.incidents import Incidents
from projections.lessons import LESSONS
from projections.lifecycles import LIFECYCLES
from projections.marks import Marks
from projections.measures import MEASURES
from projections.milestones import MILESTONES
from projections.mobilisation import MOBILISATION
from projections.origins import Origins
from projections.overviews import OVERVIEWS
from projections.preparedness import PREPAREDNESS
from projections.preventive_actions import PREVENTIVE_ACTIONS
from projections.projection import AnyProjection
from projections.recollections import RECOLLECTIONS
from projections.root_causes import ROOT_CAUSES
from projections.solutions import SOLUTIONS
from projections.standing import STANDING
from projections.surges import Surges
from projections.themes import THEMES
from projections.timeline import TIMELINE
from projections.volume import Volume

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (
    TIMELINE,
    Marks(),
    Origins(),
    Incidents(),
    COMMENTS,
    STANDING,
    PROMISES,
    SILENCES,
    TEXTS,
    USES,
    OUTCOMES,
    MILESTONES,
    PREPAREDNESS,
    MOBILISATION,
    ANNOUNCEMENTS,
    THEMES,
    SOLUTIONS,
    COMMITMENTS,
    FEEDBACK,
    MEASURES,
    RECOLLECTIONS,
    ROOT_CAUSES,
    PREVENTIVE_ACTIONS,
    LESSONS,
    LIFECYCLES,
    OVERVIEWS,
    ERASURES,
    Volume(),
    Surges(),
    ACCESSES,
    CONTEXT,
)
"""Every projection that is kept up to date."""
