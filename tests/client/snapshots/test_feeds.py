"""A Statuspage's feed: its updates come out one by one, each under the minute that names it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.client.snapshots.snapshot import Asked
from tests.client.snapshots.kept import items, one, snapshots, write

NEWEST = """<p><small>Jan  <var data-var='date'> 1</var>, <var data-var='time'>00:05</var> UTC</small><br>
<strong>Resolved</strong> - Over, <a href="x">see</a>.</p>"""
OLDER = """<p><small>Dec <var data-var='date'>31</var>, <var data-var='time'>23:50</var> UTC</small><br />
<strong>Investigating</strong> - We look.</p><p>Since noon.</p>"""
SAME = "<p><small>Dec <var>31</var>, <var>23:50</var> UTC</small><br><strong>Update</strong> - Still.</p>"
TAKEN = Asked(taken_at=datetime(2026, 1, 2, tzinfo=UTC))


def atom(content: str) -> str:
    escaped = content.replace("&", "&amp;").replace("<", "&lt;")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:status.example.com,2005:/history</id>
  <link rel="alternate" type="text/html" href="https://status.example.com"/>
  <link rel="self" type="application/atom+xml" href="https://status.example.com/history.atom"/>
  <title>Example Status - Incident History</title>
  <entry>
    <id>tag:status.example.com,2005:Incident/27</id>
    <published>2025-12-31T23:50:30Z</published><updated>2026-01-01T00:05:00Z</updated>
    <title>Slow pages</title>
    <content type="html">{escaped}</content>
  </entry>
</feed>"""


def rss(content: str) -> str:
    return f"""<rss version="2.0"><channel><title>Example</title><link>https://status.example.com</link><item>
<title>Slow pages</title><description><![CDATA[{content}]]></description>
<pubDate>Wed, 31 Dec 2025 23:50:30 +0000</pubDate><guid>https://status.example.com/incidents/27</guid></item></channel></rss>"""


@pytest.mark.parametrize("feed", [atom, rss])
def test_the_updates_of_an_entry_are_told_apart(tmp_path: Path, feed: object) -> None:
    assert callable(feed)
    (tmp_path / "history.atom").write_text(feed(f"\n{NEWEST}\n{SAME}\n{OLDER}\n"))
    snapshot = one(tmp_path / "history.atom", TAKEN)
    assert (snapshot.header.account, snapshot.header.completeness) == ("status.example.com", "partial")
    incident, *updates = items(snapshot)
    assert incident == {"kind": "incident", "external_id": "27", "title": "Slow pages"}
    assert [(each["external_id"], each["status"], each["text"]) for each in updates] == [
        ("27 2025-12-31T23:50:00Z", "Investigating", "We look.</p><p>Since noon."),
        ("27 2025-12-31T23:50:00Z 2", "Update", "Still."),
        ("27 2026-01-01T00:05:00Z", "Resolved", 'Over, <a href="x">see</a>.'),
    ]
    assert updates[2]["shown_at"] == "2026-01-01T00:05:00Z"


def test_a_later_copy_of_the_feed_gives_older_updates_the_same_names(tmp_path: Path) -> None:
    file = write(
        tmp_path / "history.ndjson",
        *(
            {"fetched_at": f"2026-01-0{day}T00:00:00Z", "body": atom(text)}
            for day, text in ((2, NEWEST + OLDER), (1, OLDER))
        ),
    )
    found, faults = snapshots(file)
    assert faults == []
    first, second = (
        {item["external_id"]: item["text"] for item in items(each) if item["kind"] == "update"} for each in found
    )
    assert len(second) == 2
    assert first.items() <= second.items()


def test_entries_in_json_are_read_alike(tmp_path: Path) -> None:
    entry = {"id": "27", "title": "Slow", "published": "2025-12-31T23:50:30Z", "content": NEWEST + OLDER}
    assert one(write(tmp_path / "a.json", {"entries": [entry]}), Asked(account="page")).counts == {
        "incident": 1,
        "update": 2,
    }


def test_an_entry_of_another_form_has_no_updates_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "blog.atom").write_text(atom("<p>All words in one.</p>"))
    snapshot = one(tmp_path / "blog.atom", TAKEN)
    assert snapshot.counts == {"incident": 1}
    assert snapshot.notes == ("entries/0: its updates can't be told apart and are left out",)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (atom("")[:-9], "not XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss/>', "no document type"),
        ("<p>Down</p>", "HTML or XML"),
    ],
)
def test_a_feed_that_is_none_is_refused(tmp_path: Path, feed: str, said: str) -> None:
    (tmp_path / "a.xml").write_text(feed)
    found, [(_, line, fault)] = snapshots(tmp_path / "a.xml", TAKEN)
    assert (found, line, said in fault.detail) == ([], 1, True)
    assert json.dumps(fault.detail)
