"""Who acted: a person, a service, a rule, the platform or the author of a comment."""

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Kind = Literal["person", "service", "rule", "platform", "author"]
_PART = r"[^\s;=\x00-\x1f\x7f]{1,128}"
_COMPACT = re.compile(
    rf"(?P<kind>{'|'.join(get_args(Kind))}):(?P<id>{_PART})(;role=(?P<role>{_PART}))?(;on_behalf_of=(?P<on_behalf_of>{_PART}))?"
)
Part = Annotated[str, Field(pattern=rf"^{_PART}$")]


class Actor(BaseModel):
    """Who did what an event says. As one string: `person:ana;role=community_manager;on_behalf_of=acme`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    id: Part
    role: Part | None = None
    on_behalf_of: Part | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the compact form. Raises `ValueError`."""
        found = _COMPACT.fullmatch(text)
        if not found:
            raise ValueError(
                "an actor reads kind:id[;role=…][;on_behalf_of=…], kind one of " + ", ".join(get_args(Kind))
            )
        return cls.model_validate({name: part for name, part in found.groupdict().items() if part is not None})

    def __str__(self) -> str:
        """Return the compact form, which `parse` reads back."""
        parts = [f"{self.kind}:{self.id}"]
        parts += [f"{name}={part}" for name in ("role", "on_behalf_of") if (part := getattr(self, name)) is not None]
        return ";".join(parts)


def _from_compact(value: object) -> object:
    return Actor.parse(value) if isinstance(value, str) else value


ActorField = Annotated[Actor, BeforeValidator(_from_compact, json_schema_input_type=str | Actor)]
"""An actor in either form: the compact string, or an object."""
