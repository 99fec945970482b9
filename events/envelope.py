"""The envelope: a CloudEvents 1.0 event, read from its JSON document and held against the vocabulary."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.actor import ActorField
from events.faults import Fault, Refused, pointer
from events.strict import JsonObject, JsonValue
from events.times import NOT_A_TIME, read_time
from events.vocabulary import payload_of
from events.vocabulary.payload import Payload

MAX_EVENT_BYTES = 1 << 20
_JSON = re.compile(r"[^\s/]+/([^\s/]+\+)?json")
_EXTENSION = re.compile(r"[a-z0-9]{1,40}")
_ENVELOPE_FIELDS = frozenset({"id", "time", "actor"})

PlainText = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
UriReference = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x20\x7f<>\"{}|\\^`]+$")]
IncidentId = Annotated[str, Field(max_length=128, pattern=r"^\w[\w.~:@+-]*$")]
"""An incident's id. It stands in URLs, so it has no slash and is never a dot or two."""


class Envelope(BaseModel):
    """The attributes of a CloudEvents 1.0.2 event in JSON. Attributes not named here are extensions and are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    specversion: Literal["1.0"]
    id: PlainText
    source: UriReference
    type: PlainText
    time: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    subject: IncidentId | None = None
    datacontenttype: str | None = None
    data: dict[str, Any] = {}
    sequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,14}$")] | Annotated[int, Field(ge=1)] | None = None
    actor: ActorField | None = None


class Posted(NamedTuple):
    """An event as it was posted, valid by the vocabulary.

    `fields` is what is sealed: `id`, `time`, `actor`, extension attributes and the top-level keys of `data`, as posted.
    """

    id: str
    source: str
    type: str
    subject: str | None
    sequence: int | None
    time: datetime
    fields: Mapping[str, JsonValue]
    recorded_by_service: bool


def read_event(document: JsonObject) -> Posted:
    """Read one event in the CloudEvents JSON format. Raises `Refused` with a pointer for every fault."""
    try:
        envelope = Envelope.model_validate(document)
    except ValidationError as error:
        raise Refused(list(model_faults(error, document))) from None
    payload = payload_of(envelope.type)
    faults = [*_envelope_faults(envelope, payload), *_actor_faults(envelope, payload)]
    try:
        payload.model_validate(_own_data(envelope))
    except ValidationError as error:
        faults += [Fault("/data" + place, detail) for place, detail in model_faults(error, envelope.data)]
    time = _time(envelope.time)
    if time is None:
        faults.append(Fault("/time", NOT_A_TIME))
    if faults or time is None:
        raise Refused(faults)
    return Posted(
        envelope.id,
        envelope.source,
        envelope.type,
        envelope.subject,
        None if envelope.sequence is None else int(envelope.sequence),
        time,
        _fields(envelope, document),
        payload.recorded_by_service,
    )


def is_json(media_type: str) -> bool:
    """Tell whether a media type, with parameters or without, is JSON: its subtype is `json` or ends in `+json`."""
    return _JSON.fullmatch(media_type.partition(";")[0].strip().lower()) is not None


def _time(text: str) -> datetime | None:
    try:
        return read_time(text)
    except ValueError:
        return None


def _fields(envelope: Envelope, document: JsonObject) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {"id": envelope.id, "time": envelope.time}
    if envelope.actor is not None and "actor" not in envelope.data:
        fields["actor"] = document["actor"]
    if envelope.model_extra:
        fields.update((name, value) for name, value in envelope.model_extra.items() if value is not None)
    fields.update(envelope.data)
    return fields


def _own_data(envelope: Envelope) -> dict[str, Any]:
    if "actor" in envelope.data:
        return {name: value for name, value in envelope.data.items() if name != "actor"}
    return envelope.data


def _envelope_faults(envelope: Envelope, payload: type[Payload]) -> Iterator[Fault]:
    if payload.needs_incident and envelope.subject is None:
        yield Fault("/subject", f"{payload.type} must name its incident")
    if envelope.datacontenttype is not None and not is_json(envelope.datacontenttype):
        yield Fault("/datacontenttype", "data is JSON: application/json")
    for name in _ENVELOPE_FIELDS & envelope.data.keys() - {"actor"}:
        yield Fault(pointer("data", name), "this name is the envelope's own; choose another")
    for name, value in (envelope.model_extra or {}).items():
        if not _EXTENSION.fullmatch(name) or name == "data_base64":
            yield Fault(pointer(name), "not an attribute of CloudEvents: extensions are named in a-z and 0-9")
        elif not isinstance(value, str | int | None):
            yield Fault(pointer(name), "an extension attribute is a string, a whole number or a boolean")
        elif name in envelope.data:
            yield Fault(pointer(name), "data has a field of this name too; one of them must go")


def _actor_faults(envelope: Envelope, payload: type[Payload]) -> Iterator[Fault]:
    if "actor" not in envelope.data:
        if payload.needs_actor and envelope.actor is None:
            yield Fault("/actor", f"{payload.type} must say who acted, as person:ana;role=community_manager")
        return
    if envelope.actor is not None:
        yield Fault("/data/actor", "the actor is given twice; keep one")
    try:
        _ActorInData.model_validate({"actor": envelope.data["actor"]})
    except ValidationError as error:
        yield from (Fault("/data" + place, detail) for place, detail in model_faults(error, envelope.data))


class _ActorInData(BaseModel):
    actor: ActorField


def model_faults(error: ValidationError, document: JsonValue) -> Iterator[Fault]:
    """Yield where a document doesn't fit a model, without the input (it may be personal) and branches of unions."""
    seen: set[Fault] = set()
    for found in error.errors(include_url=False, include_input=False, include_context=False):
        steps: list[int | str] = []
        here: Any = document
        there = False
        for step in found["loc"]:
            there = step in here if isinstance(here, dict) else isinstance(here, list) and isinstance(step, int)
            if there:
                here = here[step]
                steps.append(step)
        if found["type"] == "missing" and not there:
            steps.append(found["loc"][-1])
        fault = Fault(pointer(*steps), _sentence(found["type"], found["msg"]))
        if fault not in seen:
            seen.add(fault)
            yield fault


def _sentence(kind: str, message: str) -> str:
    known = {
        "missing": "this field is required",
        "extra_forbidden": "the vocabulary has no such field here",
        "tuple_type": "Input should be a valid list",
    }
    return known.get(kind) or message.removeprefix("Value error, ")
