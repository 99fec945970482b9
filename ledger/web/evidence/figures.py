"""The figures that a report leads with: for each practice the few that tell most, each with its events."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from events.visibility import Visibility
from ledger.web.views import figure_at
from projections.checks.finding import Words
from projections.shown import Figure
from projections.view import Moment, Retelling
from projections.views import VIEWS

Unit = Literal["", "seconds"]


class Leading(NamedTuple):
    """A figure of a view, named by its path there, and what it is called."""

    view: str
    path: str
    words: Words
    unit: Unit = ""


class Told(NamedTuple):
    """A figure as the report shows it."""

    leading: Leading
    figure: Figure


LEADING = (
    Leading("overview", "received", Words("Comments received", "Commentaires reçus")),
    Leading("overview", "answered", Words("of these answered by people", "dont répondus par des personnes")),
    Leading("overview", "waiting", Words("of these still waiting", "dont en attente")),
    Leading(
        "responsiveness",
        "first_response.median_seconds",
        Words("First response, median", "Première réponse, médiane"),
        "seconds",
    ),
    Leading(
        "responsiveness",
        "first_response.p90_seconds",
        Words("First response, 90 %", "Première réponse, 90 %"),
        "seconds",
    ),
    Leading(
        "responsiveness",
        "first_statement.seconds",
        Words("First public statement after", "Première déclaration publique après"),
        "seconds",
    ),
    Leading("plan", "figures.seconds_to_activation", Words("Plan activated after", "Plan activé après"), "seconds"),
    Leading("plan", "figures.steps_done", Words("Steps of the plan done", "Étapes du plan faites")),
    Leading("plan", "figures.steps_overdue", Words("Steps overdue", "Étapes en retard")),
    Leading("updates", "cadence.published", Words("Public updates", "Points publics")),
    Leading("updates", "cadence.missed", Words("Promised updates missed", "Points promis et manqués")),
    Leading("updates", "corrections", Words("Corrections declared", "Corrections déclarées")),
    Leading("updates", "undeclared_changes", Words("Changes undeclared", "Modifications non déclarées")),
    Leading("commitments", "made", Words("Commitments made", "Engagements pris")),
    Leading("commitments", "kept_rate.part", Words("Commitments kept", "Engagements tenus")),
    Leading("moderation", "hidden.part", Words("Comments hidden", "Commentaires masqués")),
    Leading("moderation", "removed.part", Words("Comments removed", "Commentaires supprimés")),
    Leading("moderation", "with_reason.part", Words("Measures with a reason", "Mesures motivées")),
    Leading("learning", "closed", Words("Times closed", "Clôtures")),
    Leading("learning", "reopened_within_30_days", Words("Reopened within 30 days", "Réouvertures sous 30 jours")),
)


def leading_figures(retelling: Retelling, moment: Moment, level: Visibility) -> Iterator[Told]:
    """Yield those of the figures that `level` may see, in their order: every view is rendered as it is reached."""
    views = {view.name: view for view in VIEWS}
    name, answer = "", None
    for leading in LEADING:
        if leading.view != name:
            name, view = leading.view, views[leading.view]
            answer = view.render(retelling.rows(view), moment, view.query())
        figure = None if answer is None else figure_at(answer, leading.path, level)
        if figure is not None:
            yield Told(leading, figure)
