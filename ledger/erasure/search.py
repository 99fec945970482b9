"""Which fields of which events are about a person. Pure: one event after another, in the order of the log.

Only what the vocabulary calls personal is erased, and the `id` of an event with it, which may be made of personal data.
The first rule that fits an event decides:

- `own`: a comment that the subject wrote, something that they did as its author, or an event of a poster's own type of
  which a field is nothing but their name: all personal fields.
- `measure`: a measure against them, by `author_id_hash`: all personal fields.
- `about`: it speaks of a content of theirs: all personal fields, but not who else reported or disputed it.
- `refers`: it names the index of an event of the above (an appeal, a correction, a rule's match): the same.
- `names`: a personal field that holds their author id or handle as a word of its own: that field.

Other people's words that mention them stay, and so do fields that are not personal; both are listed for who decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from events.canonical import canonical
from events.rules import MEASURES
from events.strict import JsonValue
from events.subject import Subject, author_hash, bare_handle
from events.visibility import Visibility
from events.vocabulary import VOCABULARY, visibility_of
from events.vocabulary.payload import LAW

Values = Mapping[str, JsonValue]
"""An event's open values by field name."""

_WRITTEN = "comment.received"
_OTHERS_WORDS = frozenset({_WRITTEN, "comment.edited_by_author"})
_CONTENT_FIELDS = ("external_id", "target")
_EVENT_FIELDS = ("target_event", "action_event")
_OTHER_PERSONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"report.received": frozenset({"actor"}), "event.disputed": frozenset({"by"})}
)
_NAME_IN_PROSE = 4
"""A name of fewer characters is looked for as the whole of a text only: as a word it would be found anywhere."""


def _has_personal_fields(type_: str) -> bool:
    payload = VOCABULARY[type_]
    return Visibility.PERSONAL in {payload.actor_visibility, *payload.visibility.values()}


EXEMPT = frozenset(name for name, payload in VOCABULARY.items() if LAW in payload.practice)
"""What tells of erasures itself: the register must stay."""
LOOKED_AT = frozenset(
    name
    for name, payload in VOCABULARY.items()
    if name not in EXEMPT | {_WRITTEN}
    and (_has_personal_fields(name) or name in MEASURES)
    and payload.visibility.keys() & {*_CONTENT_FIELDS, *_EVENT_FIELDS}
)
"""Types that speak of a content or of another event: theirs about a subject are found without the subject's name."""


@dataclass(frozen=True, slots=True)
class Concern:
    """An event about the subject: the `fields` of it to be erased, and the rule that says so."""

    index: int
    type: str
    incident: str | None
    rule: str
    fields: tuple[str, ...]


class Content(NamedTuple):
    """A content that the subject wrote, as its platform names it."""

    platform: str
    account: str | None
    external_id: str


@dataclass(slots=True)
class Search:
    """What is found of a subject.

    `authors` are the author ids that they are known by, some learnt from the handle; `written` what they
    wrote, by the event that says so; `buried` the events that earlier tombstones of theirs name.
    """

    subject: Subject
    authors: set[str] = field(init=False)
    concerns: dict[int, Concern] = field(default_factory=dict)
    written: dict[int, Content] = field(default_factory=dict)
    buried: set[int] = field(default_factory=set)
    mentioned: dict[int, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _contents: set[str] = field(default_factory=set)
    _events: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with the names that were given."""
        self.authors = {self.subject.author} - {None}  # type: ignore[assignment]

    @property
    def names(self) -> set[str]:
        """Return the author ids and the handle."""
        return self.authors | ({bare_handle(self.subject.handle)} - {None})  # type: ignore[operator]

    @property
    def needles(self) -> set[bytes]:
        """Return bytes of which one stands in the stored openings of every event that names the subject."""
        names = self.names | {author_hash(author) for author in self.authors}
        return {canonical(name)[1:-1] for name in names}

    def take(self, index: int, type_: str, incident: str | None, values: Values) -> None:
        """Judge an event; one that is taken again, once more is known, is judged anew."""
        if type_ in EXEMPT or values.get("platform") not in (None, self.subject.platform):
            return
        rule, fields = self._judge(index, type_, values)
        if rule not in {"", "names"}:
            self._events.add(index)
        if fields:
            fields |= {"id"} & values.keys()
            self.concerns[index] = Concern(index, type_, incident, rule, tuple(sorted(fields)))
        self._note(index, type_, values, fields)

    def recall(self, index: int, type_: str, values: Values) -> None:
        """Take an event of which something of the subject's was erased before: it says no more that it is theirs."""
        self.buried.add(index)
        self._events.add(index)
        if type_ == _WRITTEN:
            self._own(index, values)

    def wholly_gone(self, concerns: Iterable[Concern]) -> list[Content]:
        """Return the contents of which nothing stays, once `concerns` are erased."""
        spared = self.written.keys() - self.buried - {concern.index for concern in concerns}
        return sorted({*self.written.values()} - {self.written[index] for index in spared}, key=str)

    def _own(self, index: int, values: Values) -> None:
        name, account = values.get("external_id"), values.get("account")
        if isinstance(name, str):
            self.written[index] = Content(self.subject.platform, account if isinstance(account, str) else None, name)
            self._contents.add(name)

    def _judge(self, index: int, type_: str, values: Values) -> tuple[str, set[str]]:
        """Return the rule that fits and the fields that it erases; of a measure on a content that may be none."""
        personal = {name for name in values if visibility_of(type_, name) is Visibility.PERSONAL}
        if self._is_own(type_, values, personal):
            if type_ == _WRITTEN:
                self._own(index, values)
            return "own", personal
        if values.get("author_id_hash") in list(map(author_hash, self.authors)):
            return "measure", personal
        if any(name in self._contents for field_ in _CONTENT_FIELDS if isinstance(name := values.get(field_), str)):
            return "about", personal - self._others(type_, values)
        if any(at in self._events for field_ in _EVENT_FIELDS if type(at := values.get(field_)) is int):
            return "refers", personal - self._others(type_, values)
        if type_ in _OTHERS_WORDS:
            return "", set()
        return "names", {name for name in personal if self._is_named(values[name])}

    def _is_own(self, type_: str, values: Values, personal: set[str]) -> bool:
        if type_ == _WRITTEN and "author" in personal and self._wrote(values["author"]):
            return True
        if "actor" in personal and self._acted(values["actor"]):
            return True
        return type_ not in VOCABULARY and any(_as_name(values[name]) in self.names for name in personal)

    def _wrote(self, author: JsonValue) -> bool:
        """Tell whether an author is the subject. An id decides; a handle does where no id was given or is said."""
        id_, handle = (author.get("id"), author.get("handle")) if isinstance(author, dict) else (author, author)
        if id_ in self.authors:
            return True
        by_handle = _as_name(handle) is not None and _as_name(handle) == bare_handle(self.subject.handle)
        if not by_handle or (isinstance(author, dict) and self.subject.author is not None):
            return False
        if isinstance(author, dict) and isinstance(id_, str):
            self.authors.add(id_)
        return True

    def _acted(self, actor: JsonValue) -> bool:
        if isinstance(actor, dict):
            kind, id_ = actor.get("kind"), actor.get("id")
        else:
            kind, _, id_ = str(actor).partition(";")[0].partition(":")
        return kind == "author" and id_ in self.authors

    def _others(self, type_: str, values: Values) -> set[str]:
        """Return the fields that tell of another person than the subject."""
        return {name for name in _OTHER_PERSONS.get(type_, ()) if name in values and not self._is_named(values[name])}

    def _note(self, index: int, type_: str, values: Values, erased: set[str]) -> None:
        """List what names the subject and stays."""
        left = {name for name in values if name not in erased and self._is_named(values[name])}
        personal = {name for name in left if visibility_of(type_, name) is Visibility.PERSONAL}
        for place, names in ((self.mentioned, personal), (self.elsewhere, left - personal)):
            place.pop(index, None)
            if names:
                place[index] = tuple(sorted(names))

    def _is_named(self, value: JsonValue) -> bool:
        return any(_names(text, name) for text in _texts(value) for name in self.names)


def _as_name(value: JsonValue) -> str | None:
    return bare_handle(value) if isinstance(value, str) else None


def _names(text: str, name: str) -> bool:
    if _as_name(text) == name:
        return True
    return len(name) >= _NAME_IN_PROSE and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
