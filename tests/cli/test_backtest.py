"""`ledgerd backtest`: a file of comments goes in, what each detector would have said comes out."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.cli.program import Ended, ledgerd_here
from tests.surge.storms import told, week

STORM = "2026-11-10T09:00Z/2026-11-10T14:00Z"
COUNTS = week(60, storm=(24 * 8 + 9, 24 * 8 + 14, 6))


def lines(counts: Sequence[int] = COUNTS) -> list[str]:
    comments = [{"type": "comment.received", "time": time.isoformat()} for time, _ in told(counts, 60)]
    return [json.dumps(each) for each in [*comments, {"type": "reply.posted", "time": "2001-01-01T00:00:00Z"}]]


def backtest(folder: Path, content: list[str], *options: str, name: str = "some.ndjson") -> Ended:
    (folder / name).write_text("\n".join(content) + "\n")
    return ledgerd_here(folder, "backtest", str(folder / name), "--bucket", "60", *options)


def table(done: Ended) -> dict[str, list[str]]:
    return {line.split("\t")[0]: line.split("\t")[1:] for line in done.output.splitlines() if "\t" in line}


def test_it_prints_surges_delay_and_false_alarms_of_each_detector(tmp_path: Path) -> None:
    done = backtest(tmp_path, lines(), "--truth", STORM)
    assert done.code == 0, done.errors
    assert f"{sum(COUNTS):,} comments in 216 buckets of 60 minutes" in done.output
    found = table(done)
    assert found["seasonal_robust_z"][:5] == ["1", "2026-11-10 11:00", "1 of 1", "2h00", "0.000"]
    assert float(found["poisson"][4]) > 0.5
    assert {"watch", "cusum", "mean_sd", "robust_z", "ewma"} < found.keys()


def test_without_a_known_storm_it_claims_neither_delay_nor_error(tmp_path: Path) -> None:
    assert table(backtest(tmp_path, lines()))["seasonal_robust_z"][2:5] == ["-", "-", "-"]


def test_a_table_is_mapped_as_an_import_is(tmp_path: Path) -> None:
    rows = ["when,text", *(f"{json.loads(line)['time']},hé" for line in lines()[:-1])]
    done = backtest(tmp_path, rows, "--map", "time=when", "--truth", STORM, name="some.csv")
    assert table(done)["seasonal_robust_z"][2] == "1 of 1"


def test_bad_lines_are_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    done = backtest(tmp_path, ["{", '{"type": "comment.received", "time": "yesterday"}', *lines()])
    assert done.code == 1
    assert "some.ndjson:1" in done.errors
    assert "some.ndjson:2 /time" in done.errors
    assert "2 lines could not be counted" in done.errors
    assert "watch" in table(done)


def test_wrong_use_is_told_in_a_line(tmp_path: Path) -> None:
    for options, said in ((("--truth", "yesterday"), "FROM/TO"), (("--bucket", "7"), "a whole number of buckets")):
        done = backtest(tmp_path, lines(), *options)
        assert (done.code, said in done.errors) == (2, True), done.errors
    assert "no comment.received" in backtest(tmp_path, ['{"type": "reply.posted"}']).errors
    ages = ['{"time": "0002-01-01T00:00:00Z"}', '{"time": "2026-01-01T00:00:00Z"}']
    assert "more than 1,000,000" in backtest(tmp_path, ages).errors
