"""What can be seen: pure folds from events to read models. Imports only `events`."""

from collections.abc import Sequence

from projections.comments import Comments
from projections.incidents import Incidents
from projections.marks import Marks
from projections.projection import AnyProjection
from projections.timeline import Timeline

__all__ = ["PROJECTIONS", "AnyProjection"]

PROJECTIONS: Sequence[AnyProjection] = (Timeline(), Marks(), Incidents(), Comments())
"""Every projection that is kept up to date."""
