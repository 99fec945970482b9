"""What every event type is: a frozen model of its data, named by its type and the practice it serves."""

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from events.visibility import Public, Visibility, annotated


class Practice(Enum):
    """The six practices of crisis management, and the law."""

    P1 = "be responsive"
    P2 = "have a crisis plan"
    P3 = "be transparent, with regular updates"
    P4 = "listen and offer concrete solutions"
    P5 = "never delete negative comments"
    P6 = "learn from each crisis"
    LAW = "obey the law"


P1, P2, P3, P4, P5, P6, LAW = Practice
EVERY_PRACTICE = (P1, P2, P3, P4, P5, P6)


class Payload(BaseModel):
    """The data of one event type. A subclass with `type=` is a row of the vocabulary; one without is shared by rows.

    Class arguments, all but `type` inherited: `type` the wire name, `practice` the practices it gives evidence for,
    `actor` whether the envelope must say who acted, `actor_visibility` who may see that, `incident` whether the
    envelope must name an incident, `recorded_by_service` whether only the ledger itself may write it, `about` the
    object it is about, as the object's kind and the field that names it: `("content", "external_id")`.
    Every event may say that it is part of an `exercise`.
    Field annotations say who sees what: `Public[…]`, `Internal[…]`, `Personal[…]`; one without is a programming error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_inf_nan="null")

    type: ClassVar[str] = ""
    practice: ClassVar[tuple[Practice, ...]] = ()
    needs_actor: ClassVar[bool] = False
    actor_visibility: ClassVar[Visibility] = Visibility.INTERNAL
    needs_incident: ClassVar[bool] = False
    recorded_by_service: ClassVar[bool] = False
    about: ClassVar[tuple[str, str] | None] = None
    visibility: ClassVar[Mapping[str, Visibility]] = {}

    exercise: Public[bool | None] = None

    def __init_subclass__(cls, **_arguments: object) -> None:
        """Leave the class arguments to the hook below, which runs once the fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(  # noqa: PLR0913 - the columns of a vocabulary row
        cls,
        *,
        type: str = "",  # noqa: A002 - CloudEvents' own word
        practice: Practice | tuple[Practice, ...] | None = None,
        actor: bool | None = None,
        actor_visibility: Visibility | None = None,
        incident: bool | None = None,
        recorded_by_service: bool | None = None,
        about: tuple[str, str] | None = None,
        **kwargs: object,
    ) -> None:
        """Read the class arguments, and enter the class in the vocabulary where it has a type."""
        super().__pydantic_init_subclass__(**kwargs)
        if practice is not None:
            cls.practice = practice if isinstance(practice, tuple) else (practice,)
        cls.needs_actor = cls.needs_actor if actor is None else actor
        cls.actor_visibility = actor_visibility or cls.actor_visibility
        cls.needs_incident = cls.needs_incident if incident is None else incident
        cls.recorded_by_service = cls.recorded_by_service if recorded_by_service is None else recorded_by_service
        cls.about = about or cls.about
        cls.visibility = {
            field.alias or name: annotated(cls, name, field.metadata) for name, field in cls.model_fields.items()
        }
        cls.type = type
        if type:
            _enter(cls)


VOCABULARY: dict[str, type[Payload]] = {}
"""Every event type by its wire name."""


def _enter(payload: type[Payload]) -> None:
    if payload.type in VOCABULARY:
        raise TypeError(f"{payload.type} stands twice in the vocabulary")
    if not payload.practice or not payload.__doc__:
        raise TypeError(f"{payload.__name__} needs a practice and a docstring")
    if payload.about and payload.about[1] not in payload.visibility:
        raise TypeError(f"{payload.__name__} has no field {payload.about[1]} to say what it is about")
    VOCABULARY[payload.type] = payload
