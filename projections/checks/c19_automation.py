"""C19: whether every automatic measure names the rule that took it, and people look at what rules do."""

from collections.abc import Iterator

from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.comments import by_machine
from projections.event import Event
from projections.intervals import clopper_pearson
from projections.measures import MEASURES_AND_ENDS
from projections.register import is_end

_RULE = "rule.auto_moderated"
_REVIEWS = frozenset({"comment.outcome_set", "appeal.decided"})
REVIEWED = 0.1
"""The share of automatic measures that people should look at, at least."""

NO_RULE = Rule(
    "no_rule",
    Severity.FAILURE,
    Words(
        "A measure ({type}) was taken by a machine, and nothing says by which rule.",
        "Une mesure ({type}) a été prise par une machine, et rien ne dit selon quelle règle.",
    ),
    settled_by=_RULE,
)
NO_VERSION = Rule(
    "no_rule_version",
    Severity.FAILURE,
    Words(
        "An automatic measure doesn’t say by which version of which rule.",
        "Une mesure automatique ne dit pas selon quelle version de quelle règle.",
    ),
)
OTHER_RULE = Rule(
    "other_rule",
    Severity.WARNING,
    Words(
        "A measure was taken by one rule, and another says that it was its own.",
        "Une mesure a été prise par une règle, et une autre la dit sienne.",
    ),
)
IN_A_NAME = Rule(
    "in_a_persons_name",
    Severity.WARNING,
    Words(
        "A measure stands in a person’s name, and a rule says that it was its own.",
        "Une mesure est au nom d’une personne, et une règle la dit sienne.",
    ),
)
REVIEW = Rule(
    "reviewed",
    Severity.INFO,
    Words(
        "People looked at {part} of {whole} automatic measures.",
        "Des personnes ont revu {part} mesures automatiques sur {whole}.",
    ),
)
HARDLY = Rule(
    "hardly_reviewed",
    Severity.WARNING,
    Words(
        "People looked at {part} of {whole} automatic measures only: at most {high} % (95 % interval).",
        "Des personnes n’ont revu que {part} mesures automatiques sur {whole} : {high} % au plus (intervalle à 95 %).",
    ),
)


class Automation(Check):
    """Measures of rules and services. Reviewed: ended, repeated, given an outcome or decided upon by a person."""

    code = "C19"
    title = Words("Automatic measures name their rule", "Les mesures automatiques nomment leur règle")
    needs = Words("The measures, and what rules say of theirs.", "Les mesures, et ce que les règles disent des leurs.")
    rules = (NO_RULE, NO_VERSION, OTHER_RULE, IN_A_NAME, REVIEW, HARDLY)
    types = MEASURES_AND_ENDS | _REVIEWS | {_RULE}

    def __init__(self, ground: Ground) -> None:
        """Begin without measures."""
        super().__init__(ground)
        self._measures: dict[int, Event] = {}
        self._rules: dict[int, Event] = {}
        self._on: dict[str, list[int]] = {}
        self._reviewed: set[int] = set()

    def take(self, event: Event) -> None:
        """Note measures, the rules that took them, and people who looked at them."""
        if event.type == _RULE:
            action = event.value("action_event")
            if isinstance(action, int):
                self._rules.setdefault(action, event)
            return
        if event.actor is not None and not by_machine(event):
            self._review(event)
        if event.type in MEASURES_AND_ENDS and not is_end(event.type) and event.index not in self._measures:
            self._measures[event.index] = event
            self._on.setdefault(_target(event), []).append(event.index)

    def findings(self) -> Iterator[Finding]:
        """Yield what rules did without saying so, and how much of what they did people looked at."""
        automatic: list[int] = []
        for index, event in self._measures.items():
            told = self._rules.get(index)
            if told is not None or by_machine(event):
                automatic.append(index)
                yield from self._named(event, told)
        if not automatic:
            return
        reviewed = [index for index in automatic if index in self._reviewed]
        facts = {"part": len(reviewed), "whole": len(automatic)}
        yield self.found(REVIEW, automatic, None, None, **facts)
        high = clopper_pearson(len(reviewed), len(automatic)).high
        if high < REVIEWED:
            yield self.found(HARDLY, automatic, None, None, high=round(100 * high, 1), **facts)

    def _named(self, event: Event, told: Event | None) -> Iterator[Finding]:
        if told is None:
            yield self.found(NO_RULE, [event.index], event.object, type=event.type)
            return
        rule, actor = told.text("rule_id"), event.actor
        indexes = [event.index, told.index]
        if not (rule or "").strip() or not (told.text("version") or "").strip():
            yield self.found(NO_VERSION, indexes, event.object)
        if actor is not None and actor.kind == "rule" and rule is not None and actor.id != rule:
            yield self.found(OTHER_RULE, indexes, event.object)
        if actor is not None and actor.kind == "person":
            yield self.found(IN_A_NAME, indexes, event.object)

    def _review(self, event: Event) -> None:
        """Count a person's word on a measure, or on what it was against, as a review of what stood before."""
        if event.type == "appeal.decided":
            target = event.value("target_event")
            if isinstance(target, int):
                self._reviewed.add(target)
        else:
            self._reviewed.update(self._on.get(_target(event), ()))


def _target(event: Event) -> str:
    """Return what a measure is against, by its own name."""
    return event.text("target") or event.text("external_id") or event.text("author_id_hash") or ""
