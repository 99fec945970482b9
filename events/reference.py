"""The reference page of the vocabulary, written from its classes: `python -m events.reference > docs/vocabulary.md`."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from events import times
from events.rules import RULES
from events.strict import JsonValue
from events.vocabulary import FAMILIES, VOCABULARY, Practice, fields
from events.vocabulary.fields import Detail
from events.vocabulary.payload import EVERY_PRACTICE, Payload

_INTRODUCTION = f"""# Event types

Every type of event that the ledger accepts, by family. This page is written from the classes in `events/vocabulary`:
`python -m events.reference > docs/vocabulary.md`. The service shows the same as JSON Schema, at `/schemas/<type>`.

A field marked ★ is required, and one in brackets may be left out or null. **Public** fields are for everyone,
*internal* ones for the organisation's dashboards, and `personal` ones for auditors only; these may be erased by law. A
required field that may be null declares by its null that there is nothing to say. A type marked ⚙ is recorded by the
ledger itself and refused from posters.

Besides the fields below, every event has those of its envelope: `id` (*internal*), `time` (**public**) and
`actor` (*internal*; `personal` where people outside act). Any event may say `exercise` (**public**, boolean): `true`
marks it as part of a drill. A type that the vocabulary lacks is posted as `custom.<name>` with any fields; all of them
are `personal`.

An event is refused where it can't be true after what stands in the ledger; what its type needs is said beside it, and
no field may name an event that isn't there yet. What is merely unproven, since its parent may come late, is accepted
and marked in the timeline.

| practice | |
|---|---|
{chr(10).join(f"| {practice.name} | {practice.value} |" for practice in Practice)}
"""
_LEVELS = {"PUBLIC": "**public**", "INTERNAL": "*internal*", "PERSONAL": "`personal`"}


def page() -> str:
    """Return the reference page in Markdown."""
    return "\n".join([_INTRODUCTION, *_families(), *_objects(), *_kinds(), ""])


def _families() -> Iterator[str]:
    for family in FAMILIES:
        title, _, rest = _text(family).partition(": ")
        yield f"## {title}\n\n{rest[:1].upper()}{rest[1:]}\n\n| type | meaning | practice | fields |\n|---|---|---|---|"
        for payload in VOCABULARY.values():
            if payload.__module__ == family.__name__:
                yield _row(payload)
        yield ""


def _row(payload: type[Payload]) -> str:
    name = f"`{payload.type}`" + (" ⚙" if payload.recorded_by_service else "")
    practice = "P1-P6" if payload.practice == EVERY_PRACTICE else " ".join(each.name for each in payload.practice)
    listed = "<br>".join(_field(payload, each) for each in _own_fields(payload)) or "none"
    return f"| {name} | {_meaning(payload)} | {practice} | {listed} |"


def _own_fields(payload: type[Payload]) -> list[str]:
    """Return the names of the fields, the required ones first; not of those that every event has."""
    named = [name for name, field in payload.model_fields.items() if name != "exercise" or field.is_required()]
    return sorted(named, key=lambda name: not payload.model_fields[name].is_required())


def _field(payload: type[Payload], name: str) -> str:
    field = payload.model_fields[name]
    wire = field.alias or name
    shown = f"★ `{wire}`" if field.is_required() else f"[`{wire}`]"
    null = " or null" if field.is_required() and NoneType in get_args(field.annotation) else ""
    return f"{shown} {_LEVELS[payload.visibility[wire].name]} {_kind(_hint(payload, name))}{null}"


def _meaning(payload: type[Payload]) -> str:
    """Return what the class says of itself, and where it says only what is special, what its base says in general."""
    inherited = [base for base in payload.__mro__[1:-1] if issubclass(base, Payload) and base is not Payload]
    general = [text.partition("\n\n")[2] for text in map(_text, inherited)]
    notes = [
        "Must name its incident." if payload.needs_incident else "",
        "Must say who acted." if payload.needs_actor else "",
        *_rule(payload.type),
    ]
    return " ".join(" ".join([_text(payload), *general, *notes]).split())


def _rule(type_: str) -> Iterator[str]:
    """Yield what must stand in the ledger before an event of the type, where something must."""
    rule = RULES.get(type_)
    if rule is None:
        return
    if rule.needs:
        yield f"Refused where {rule.needs.otherwise}."
    if rule.once:
        yield f"Refused where it is already {rule.once.name}."
    for field, types in rule.refers.items():
        yield f"Refused where `{field}` is none of {', '.join(f'`{name}`' for name in sorted(types))}."
    for other in rule.others:
        yield f"Refused unless {other.said} (`{'`, `'.join(other.names)}`)."


def _objects() -> Iterator[str]:
    yield "## Objects inside fields\n\nA member marked ★ is required.\n\n| object | meaning | members |\n|---|---|---|"
    for detail in sorted(Detail.__subclasses__(), key=lambda each: each.__name__):
        members = [
            f"{'★ ' if field.is_required() else ''}`{field.alias or name}` {_kind(_hint(detail, name))}"
            for name, field in detail.model_fields.items()
        ]
        yield f"| {detail.__name__} | {' '.join(_text(detail).split())} | {'<br>'.join(members)} |"
    yield ""


def _kinds() -> Iterator[str]:
    yield "## Kinds of values\n\n| kind | meaning | limits, in the words of JSON Schema |\n|---|---|---|"
    for module in (fields, times):
        for name, meaning in _documented(module):
            if name not in _UNNAMED:
                yield f"| {name} | {' '.join(meaning.split())} | {_limits(getattr(module, name))} |"


def _limits(kind: type) -> str:
    """Return what the schema of a kind says beyond its basic type; nothing for a choice of other kinds."""
    schema = TypeAdapter(kind).json_schema()
    limits = [f"`{name}: {schema[name]}`" for name in _LIMITS if name in schema]
    return "<br>".join(limits).replace("|", r"\|")


def _documented(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield each name that a module defines by assignment and the string under it, which Python itself drops."""
    body = ast.parse(inspect.getsource(module)).body
    for assignment, under in pairwise(body):
        match assignment, under:
            case ast.Assign(targets=[ast.Name(name)]), ast.Expr(ast.Constant(str(meaning))):
                yield name, meaning


def _hint(model: type[BaseModel], name: str) -> object:
    """Return the annotation of a field with all that stands in it, which pydantic has partly taken apart."""
    return get_type_hints(model, include_extras=True)[name]


def _kind(hint: object) -> str:
    """Return a type as a reader of the page knows it: the name of its kind, its words, or what it is made of."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _named(hint) or _kind(inner[0])
    if origin in {Union, UnionType}:
        whole = next((name for name, choice in _CHOICES.items() if hint == choice), None)
        return whole or " or ".join(_kind(each) for each in inner if each is not NoneType)
    if origin is Literal:
        return " / ".join(str(each) for each in inner)
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if origin is dict:
        return f"object of {_kind(inner[1])} by {_kind(inner[0])}"
    return _PLAIN.get(hint) or str(getattr(hint, "__name__", hint))


def _named(annotated: object) -> str | None:
    """Return the kind that an annotated type is, known by the very metadata that the kind brought into it."""
    marks = {id(mark) for mark in getattr(annotated, "__metadata__", ())}
    return next((name for mark, name in _BY_MARK.items() if mark in marks), None)


def _text(documented: ModuleType | type) -> str:
    return inspect.cleandoc(documented.__doc__ or "")


_CHOICES = {"Evidence": fields.Evidence, "any JSON": JsonValue}
_UNNAMED = {"Several", "ExternalId", "Who", "PolicyRef"}
"""A list is shown as one, and other names of `Label` can't be told from it."""
_LIMITS = ("minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMaximum", "maxProperties")
_PLAIN: Mapping[object, str] = {str: "text", bool: "boolean", int: "whole number", float: "number"}
_BY_MARK = {
    id(mark): name
    for module in (fields, times)
    for name, value in vars(module).items()
    if get_origin(value) is Annotated and name not in _UNNAMED
    for mark in value.__metadata__
    if isinstance(mark, FieldInfo) or module is times
}


if __name__ == "__main__":
    sys.stdout.write(page())
