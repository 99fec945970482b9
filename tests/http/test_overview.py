"""All incidents at a glance, over HTTP: by id, by phase, what is internal withheld, the same as each one's overview."""

from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.http.client import Client, comment


async def test_an_incident_stands_in_the_list_as_in_its_own_overview(told: Client) -> None:
    (item,) = (await told.get("/overview")).document["items"]
    own = (await told.get(f"/incidents/{INCIDENT}/overview")).document
    assert (item["incident"], item["phase"], item["findings"]) == (INCIDENT, "closed", own["findings"])
    assert (item["waiting"], item["waiting_longest"]) == (own["waiting"]["value"], own["waiting_longest"])
    assert item["last_event"] == (await told.get(f"/incidents/{INCIDENT}")).document["head"]["index"]


async def test_the_list_goes_on_by_id_and_can_be_asked_by_phase(client: Client) -> None:
    for number, name in enumerate(["lyon", "nice", "paris"]):
        await client.post(comment(f"c-{number}", subject=name))
    opening = comment(type="incident.opened", subject="nice", data=None)
    opening["data"] = {"reason": "Enough.", "severity": "major"}
    await client.post(opening)
    await client.post(comment("c-9", subject="lyon", time="2026-11-22T13:00:00Z"))
    page = (await client.get("/overview?limit=2&after=4")).document
    assert [(item["incident"], item["phase"], item["waiting"]) for item in page["items"]] == [
        ("lyon", "unopened", 2),
        ("nice", "open", 1),
    ]
    assert page["items"][0]["waiting_longest"] == 4
    rest = (await client.get(page["next"].partition("/ledgers/demo")[2])).document
    assert [item["incident"] for item in rest["items"]] == ["paris"]
    assert rest["next"] is None
    opened = (await client.get("/overview?phase=open")).document["items"]
    assert [item["incident"] for item in opened] == ["nice"]


async def test_what_is_internal_is_withheld_from_a_poster(told: Client) -> None:
    (item,) = (await told.get("/overview", Role.POSTER)).document["items"]
    assert item["clocks"]["withheld"] == ["escalations"]
    assert item["findings"]["withheld"] == ["unacknowledged_escalations"]


async def test_a_phase_that_there_is_not_is_named(told: Client) -> None:
    answer = await told.get("/overview?phase=over")
    assert (answer.status, answer.pointers) == (400, ["?phase"])
