"""State rules: what an event changes about an object, and what must stand in the log before it for it to be true.

A rule is a matter of the record itself: a restoration needs a removal, a kept promise one that was made. What breaks
one is refused. What is merely unproven, since a parent may come late, is not a rule's matter: `projections/marks.py`
marks that. A type without a row needs nothing and changes nothing, and costs nothing on the way in.

What an exercise says stands by itself: a drill's removal is no ground for a restoration in earnest, nor the reverse.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from events.strict import JsonValue

Fields = Mapping[str, JsonValue]
"""An event's values by field name, `subject` among them; what is not open is absent."""


class State(NamedTuple):
    """Something that holds of an object from one event until another ends it; `field` names the object.

    `otherwise` is said where it is needed and doesn't hold. `finer` is a field that tells apart objects of the same
    `field` where it is given, `more` a list of further objects to which the same happens.
    """

    name: str
    field: str
    otherwise: str
    finer: str = ""
    more: str = ""

    def keys(self, fields: Fields) -> list[bytes]:
        """Return the keys under which the event's own object is known, the finest first; none where it isn't named."""
        named = fields.get(self.field)
        if not isinstance(named, str):
            return []
        finer = fields.get(self.finer)
        names = [[named, finer], [named]] if isinstance(finer, str) else [[named]]
        return [self._key(fields, name) for name in names]

    def changed(self, fields: Fields) -> Iterator[bytes]:
        """Yield the keys of all objects that an event changes."""
        yield from self.keys(fields)
        others = fields.get(self.more)
        if isinstance(others, list):
            yield from (self._key(fields, [other]) for other in others if isinstance(other, str))

    def _key(self, fields: Fields, name: list[str]) -> bytes:
        # Names hold no NUL. A digest, so that no text of an event stands among what rules keep.
        world = "exercise" if fields.get("exercise") is True else ""
        return sha256("\0".join([self.name, world, *name]).encode()).digest()


HIDDEN = State("hidden", "target", "no hiding of this comment stands")
REMOVED = State("removed", "target", "no removal of this comment stands", more="cascade_ids")
PROMISED = State("promised", "commitment_id", "no such promise stands")
OPENED = State("opened", "subject", "the incident was not opened")
OVER = State("over", "subject", "the incident is neither resolved, closed nor merged")
REPLY_DRAFTED = State("reply drafted", "text_sha256", "no such reply was drafted", finer="in_reply_to")
UPDATE_DRAFTED = State("update drafted", "text_sha256", "no such update was drafted", finer="update_id")
ACTION_OWNED = State("action owned", "action_id", "the action has no owner")
ACTION_DONE = State("action done", "action_id", "the action is not completed")


class Other(NamedTuple):
    """Who must be another: none of `names` in the event may be who is named first by `whose` in an earlier one.

    The earlier event is the one that began `than`, or the one that the field `than` refers to. What isn't known of
    either is not held against anyone.
    """

    names: tuple[str, ...]
    than: State | str
    whose: tuple[str, ...]
    said: str


class Rule(NamedTuple):
    """What one event type changes and needs.

    `begins` and `ends` a state; `needs` one to hold, or `once`: not to hold yet; `refers`: of which types the event at
    the index in a field must be (one of the poster's own, `custom.…`, may mean anything and always fits); `others`.
    """

    begins: State | None = None
    ends: State | None = None
    needs: State | None = None
    once: State | None = None
    refers: Mapping[str, frozenset[str]] = MappingProxyType({})
    others: tuple[Other, ...] = ()


MEASURES = frozenset(
    {
        "comment.hidden",
        "comment.removed",
        "comment.labelled",
        "thread.locked",
        "reactions.limited",
        "author.warned",
        "author.muted",
        "author.blocked",
        "content.sealed",
    }
)
"""What we do against a comment, a thread or an author."""
_APPEALED = MappingProxyType({"target_event": MEASURES | {"rule.auto_moderated"}})
_APPROVER = ("approver", "actor")


def _approved(drafted: State) -> Rule:
    return Rule(others=(Other(_APPROVER, drafted, ("actor",), "who approves a text is another than who drafted it"),))


def _refers(field: str, *types: str) -> Rule:
    return Rule(refers=MappingProxyType({field: frozenset(types)}))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "incident.opened": Rule(begins=OPENED, once=OPENED),
        "incident.resolved": Rule(begins=OVER),
        "incident.closed": Rule(begins=OVER),
        "incident.merged": Rule(begins=OVER),
        "incident.reopened": Rule(needs=OVER, ends=OVER),
        "comment.hidden": Rule(begins=HIDDEN),
        "comment.unhidden": Rule(needs=HIDDEN, ends=HIDDEN),
        "comment.removed": Rule(begins=REMOVED),
        "comment.restored": Rule(needs=REMOVED, ends=REMOVED),
        "rule.auto_moderated": _refers("action_event", *MEASURES),
        "appeal.received": Rule(refers=_APPEALED),
        "appeal.decided": Rule(
            refers=_APPEALED,
            others=(
                Other(
                    ("by", "actor"),
                    "target_event",
                    ("actor",),
                    "who decides on an appeal is another than who took the measure",
                ),
            ),
        ),
        "reply.drafted": Rule(begins=REPLY_DRAFTED),
        "reply.approved": _approved(REPLY_DRAFTED),
        "update.drafted": Rule(begins=UPDATE_DRAFTED),
        "update.approved": _approved(UPDATE_DRAFTED),
        "commitment.made": Rule(begins=PROMISED),
        "commitment.due_changed": Rule(needs=PROMISED),
        "commitment.kept": Rule(needs=PROMISED),
        "commitment.cancelled": Rule(needs=PROMISED, ends=PROMISED),
        "preventive_action.proposed": Rule(begins=ACTION_OWNED),
        "preventive_action.assigned": Rule(begins=ACTION_OWNED),
        "preventive_action.completed": Rule(begins=ACTION_DONE),
        "preventive_action.verified": Rule(
            others=(
                Other(("by",), ACTION_OWNED, ("owner",), "who verifies an action is another than its owner"),
                Other(("by",), ACTION_DONE, ("by", "actor"), "who verifies an action is another than who completed it"),
            ),
        ),
        "escalation.acknowledged": _refers("escalation", "escalation.raised"),
        "note.corrected": _refers("target_event", "note.added", "note.corrected"),
        "statement.prepared": _refers("inquiry", "press.inquiry_received"),
        "interview.given": _refers("inquiry", "press.inquiry_received"),
        "subject.erasure_decided": Rule(
            refers=MappingProxyType({"request": frozenset({"subject.erasure_requested"})}),
            others=(
                Other(("actor",), "request", ("actor",), "who decides on an erasure is another than who requested it"),
            ),
        ),
        "legal_hold.released": _refers("hold", "legal_hold.placed"),
    }
)
"""The rules by event type."""

CHANGING = frozenset(name for name, rule in RULES.items() if rule.begins or rule.ends)
"""The types that change a state: all that has to be read to know every state."""


def changes(type_: str, fields: Fields) -> dict[bytes, bool]:
    """Return the states that an event changes, by key: whether each holds from it on."""
    rule = RULES.get(type_)
    if rule is None:
        return {}
    ended = dict.fromkeys(rule.ends.changed(fields), False) if rule.ends else {}
    return ended | (dict.fromkeys(rule.begins.changed(fields), True) if rule.begins else {})
