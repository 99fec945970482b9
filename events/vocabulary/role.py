"""Roles: who held which part of the plan, and when."""

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Label, Prose, Who
from events.vocabulary.payload import P2, Payload


class OfRole(Payload, practice=P2, about=("role", "role")):
    """Something that happened to a role: commander, communications lead, community manager, legal, scribe, approver."""

    role: Public[Label]
    reason: Internal[Prose | None] = None


class Holding(OfRole):
    """A role and the person who holds, is to hold or held it, `until` a time if one is set."""

    person: Internal[Who]
    until: Internal[Timestamp | None] = None


class RoleAssigned(Holding, type="role.assigned"):
    """A role was given to a person, who has yet to accept it."""


class RoleAccepted(Holding, type="role.accepted"):
    """A person took on the role: from now on it is held."""


class RoleHandedOver(OfRole, type="role.handed_over"):
    """A role went `from` one person `to` another, who holds it from now on."""

    from_: Internal[Who] = Field(alias="from")
    to: Internal[Who]
    until: Internal[Timestamp | None] = None


class RoleReleased(Holding, type="role.released"):
    """A person laid down the role: from now on nobody holds it."""
