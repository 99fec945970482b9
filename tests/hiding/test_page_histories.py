"""Public pages, made up: a replay counts every rewriting, new title, withdrawal and new time, and no other."""

from pathlib import Path

import pytest

from ledger.store.tokens import Role
from tests.cli.target import Client as Command
from tests.hiding.page_history import Counts, counts, history, lines
from tests.hiding.story import Story


@pytest.mark.parametrize("seed", range(3))
async def test_a_replay_finds_what_changed_and_a_second_one_nothing(story: Story, tmp_path: Path, seed: int) -> None:
    looks = history(seed, 60)
    story.later(60 * 24 * 365)
    command = Command(story.client.service, tmp_path)
    file = tmp_path / "page.ndjson"
    file.write_bytes(b"".join(lines(looks)))
    done = await command.run("snapshot", file, "--ledger", "demo", role=Role.POSTER)
    assert done.code == 0, done.errors
    assert await _found(story) == counts(looks, in_a_row=2)
    size = await story.client.size()
    assert (await command.run("snapshot", file, "--ledger", "demo", role=Role.POSTER)).code == 0
    assert await story.client.size() == size


async def _found(story: Story) -> Counts:
    types = (
        "update.observed_changed",
        "incident.observed_retitled",
        "update.observed_missing",
        "update.observed_redated",
    )
    return Counts(*[len(await story.indexes_of(name)) for name in types])


async def test_an_editor_of_two_minds_is_told_each_time(story: Story, tmp_path: Path) -> None:
    (look,) = history(1, 1)[-1:]
    (incident,) = look["incidents"][:1]
    looks = []
    for hour, (body, title) in enumerate(
        [("Yes.", "Slow"), ("No.", "Down"), ("Yes.", "Slow"), ("No.", "Down"), ("Yes.", "Slow")]
    ):
        update = {**incident["incident_updates"][0], "body": body}
        shown = {**incident, "name": title, "incident_updates": [update]}
        looks.append({**look, "snapshot_at": f"2026-03-01T1{hour}:00:00Z", "incidents": [shown]})
    story.later(60 * 24 * 365)
    file = tmp_path / "page.ndjson"
    file.write_bytes(b"".join(lines(looks)))
    command = Command(story.client.service, tmp_path)
    assert (await command.run("snapshot", file, "--ledger", "demo", role=Role.POSTER)).code == 0
    assert await _found(story) == counts(looks, in_a_row=2) == Counts(rewritten=4, retitled=4, gone=0, redated=0)
