"""The envelope: one test a rule. What is refused is refused with every place at once."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from events.envelope import Posted, read_event
from events.faults import Refused

COMMENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "c-17",
    "source": "urn:connector:x:acme",
    "type": "comment.received",
    "time": "2026-11-22T15:00:00+01:00",
    "subject": "paris-outage",
    "data": {"platform": "x", "external_id": "17", "text": "Rien ne marche."},
}


def event(**changes: Any) -> dict[str, Any]:
    """The comment with members changed; `...` takes one out."""
    return {name: value for name, value in (COMMENT | changes).items() if value is not ...}


def places(document: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_event(document)
    return [fault.pointer for fault in caught.value.faults]


def test_an_event_is_read_as_what_it_says() -> None:
    assert read_event(event()) == Posted(
        id="c-17",
        source="urn:connector:x:acme",
        type="comment.received",
        subject="paris-outage",
        sequence=None,
        time=datetime(2026, 11, 22, 15, tzinfo=timezone(timedelta(hours=1))),
        fields={"id": "c-17", "time": "2026-11-22T15:00:00+01:00", **COMMENT["data"]},
        recorded_by_service=False,
    )


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time"])
def test_the_attributes_that_every_event_has_are_required(name: str) -> None:
    assert places(event(**{name: ...})) == [f"/{name}"]
    assert places(event(**{name: None})) == [f"/{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", 1.0),
        ("id", ""),
        ("id", 17),
        ("id", "a\tb"),
        ("id", "i" * 257),
        ("source", ""),
        ("source", "urn:x y"),
        ("source", "urn:<x>"),
        ("source", 5),
        ("type", ""),
        ("type", ["comment.received"]),
        ("time", 1732284000),
        ("subject", ""),
        ("subject", "a/b"),
        ("subject", "a b"),
        ("subject", "s" * 129),
        ("subject", 7),
        ("data", []),
        ("data", "text"),
        ("data", None),
        ("datacontenttype", 5),
        ("datacontenttype", "text/xml"),
        ("sequence", 0),
        ("sequence", -1),
        ("sequence", "0"),
        ("sequence", "007"),
        ("sequence", "1.0"),
        ("sequence", "1" * 16),
        ("sequence", 1.5),
        ("sequence", True),
        ("actor", "ana"),
        ("actor", 5),
    ],
)
def test_an_attribute_of_another_kind_is_refused_at_its_place(name: str, value: Any) -> None:
    assert set(places(event(**{name: value}))) == {f"/{name}"}


def test_an_actor_that_is_wrong_inside_is_refused_there() -> None:
    assert places(event(actor={"kind": "person", "id": "", "team": "x"})) == ["/actor/id", "/actor/team"]


@pytest.mark.parametrize("time", ["2026-11-22T14:00:00", "2026-11-22", "yesterday", ""])
def test_a_time_has_a_zone(time: str) -> None:
    assert places(event(time=time)) == ["/time"]


@pytest.mark.parametrize(
    ("name", "absent"), [("subject", None), ("sequence", None), ("actor", None), ("datacontenttype", None)]
)
def test_an_attribute_that_may_be_left_out_may_be_null(name: str, absent: None) -> None:
    assert read_event(event(**{name: absent})) == read_event(event(**{name: ...}))


def test_data_is_json() -> None:
    assert read_event(event(datacontenttype="application/json")) == read_event(event())


@pytest.mark.parametrize("sequence", [42, "42"])
def test_a_sequence_is_a_number_in_either_spelling(sequence: object) -> None:
    assert read_event(event(sequence=sequence)).sequence == 42


def test_an_unknown_type_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(Refused, match=r"nearest: .*comment\.hidden") as caught:
        read_event(event(type="comment.hiden"))
    assert [fault.pointer for fault in caught.value.faults] == ["/type"]


def test_an_event_that_needs_an_incident_names_one() -> None:
    opened = {"type": "incident.closed", "data": {}, "actor": "person:ana"}
    assert "/subject" in places(event(subject=..., **opened))


def test_an_event_that_needs_an_actor_names_one() -> None:
    data = {"target": "c-17", "reason_code": "x", "reason_text": "x", "policy_ref": "r@1", "scope": "page"}
    hidden = {"type": "comment.hidden", "data": data}
    assert places(event(**hidden)) == ["/actor"]
    assert read_event(event(**hidden, actor="person:ana")).fields["actor"] == "person:ana"


def test_an_actor_may_stand_in_data_instead_and_is_sealed_once() -> None:
    in_data = {**COMMENT["data"], "actor": {"kind": "author", "id": "u1"}}
    assert read_event(event(data=in_data)).fields["actor"] == {"kind": "author", "id": "u1"}
    assert places(event(data=in_data, actor="author:u1")) == ["/data/actor"]
    assert places(event(data={**COMMENT["data"], "actor": {"kind": "author"}})) == ["/data/actor/id"]


def test_the_actor_is_sealed_in_the_form_it_was_posted_in() -> None:
    as_object = {"kind": "author", "id": "u1"}
    assert read_event(event(actor=as_object)).fields["actor"] == as_object
    assert read_event(event(actor="author:u1")).fields["actor"] == "author:u1"


def test_extension_attributes_are_kept_and_sealed() -> None:
    fields = read_event(event(traceparent="00-ab-cd-01", hops=3, urgent=True, nothing=None)).fields
    assert (fields["traceparent"], fields["hops"], fields["urgent"]) == ("00-ab-cd-01", 3, True)
    assert "nothing" not in fields


@pytest.mark.parametrize("name", ["Trace", "trace-id", "trace_id", "e" * 41, "data_base64", "é"])
def test_an_extension_is_named_as_cloudevents_says(name: str) -> None:
    assert places(event(**{name: "x"})) == [f"/{name}"]


@pytest.mark.parametrize("value", [1.5, [], {}, {"a": 1}])
def test_an_extension_is_a_plain_value(value: Any) -> None:
    assert places(event(trace=value)) == ["/trace"]


def test_a_name_means_one_field() -> None:
    assert "/text" in places(event(text="again"))
    assert set(places(event(data={**COMMENT["data"], "id": "x", "time": "y"}))) >= {"/data/id", "/data/time"}


def test_fields_of_data_that_the_vocabulary_does_not_know_are_refused() -> None:
    assert places(event(data={**COMMENT["data"], "txet": "x", "a/b": 1})) == ["/data/txet", "/data/a~1b"]


def test_every_fault_is_told_at_once() -> None:
    document = event(time="now", datacontenttype="text/xml", Trace="x", data={"platform": "X", "text": 5})
    assert sorted(places(document)) == [
        "/Trace",
        "/data/external_id",
        "/data/platform",
        "/data/text",
        "/datacontenttype",
        "/time",
    ]


def test_no_refusal_quotes_what_was_posted() -> None:
    document = event(data={**COMMENT["data"], "text": 5, "url": "javascript:geheim", "lang": "geheim!"}, actor="geheim")
    for refused in (document, event(data=document["data"]), event(source="geh eim"), event(time="geheim")):
        with pytest.raises(Refused) as caught:
            read_event(refused)
        assert "geheim" not in repr(caught.value.faults)
        assert "geh eim" not in repr(caught.value.faults)


def test_only_the_ledger_itself_may_record_what_it_noticed() -> None:
    data = {"source": "urn:x", "expected": 1, "got": 3}
    assert read_event(event(type="ingest.gap_detected", subject=..., data=data)).recorded_by_service


def test_a_type_of_ones_own_takes_any_object() -> None:
    posted = read_event(event(type="custom.mood", data={"anything": [1, {"goes": None}]}))
    assert posted.fields["anything"] == [1, {"goes": None}]
    assert posted.time.astimezone(UTC) == datetime(2026, 11, 22, 14, tzinfo=UTC)
