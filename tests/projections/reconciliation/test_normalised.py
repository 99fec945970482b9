from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reconciliation.normalised import normalised, text_digest, to_the_second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>We are <strong>investigating</strong>.</p>", "We are investigating."),
        ("Line one<br />\n  Line two", "Line one Line two"),
        ("It&#39;s &amp; was", "It's & was"),
        ("It&amp;#39;s escaped twice", "It's escaped twice"),
        ("<p>\n\ta</p>\r\n<p>b</p>", "<p>a</p><p>b</p>"),
        ("une\u00a0panne\u2003ici", "une panne ici"),
        ("cafe\u0301", "caf\u00e9"),
        ('<a href="https://example.com?a=1&amp;b=2">link</a>', "link"),
        ("<!-- by <b>editor</b> -->text", "text"),
    ],
)
def test_markup_and_white_space_make_no_difference(one: str, other: str) -> None:
    assert text_digest(one) == text_digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("fixed", "not fixed"), ("I <3 trains", "I trains"), ("a<b", "a"), ("ab", "a b"), ("5 < 6 > 4", "5 4")],
)
def test_words_make_a_difference(one: str, other: str) -> None:
    assert text_digest(one) != text_digest(other)


@given(st.text(st.sampled_from("ab <>/&;lt#3\u0301\u00a0\n")))
def test_what_is_normalised_has_no_stray_white_space(text: str) -> None:
    words = normalised(text)
    assert words == " ".join(words.split())


@given(st.text(), st.sampled_from([" ", "\n", "\t", "\u00a0", "<br>"]))
def test_a_frame_of_white_space_or_breaks_makes_no_difference(text: str, frame: str) -> None:
    assert normalised(frame + text + frame) in {normalised(text), normalised(f" {text} ")}


def test_digests_are_of_the_normalised_text() -> None:
    assert text_digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_times_are_compared_to_the_second_in_one_zone() -> None:
    paris = timezone(timedelta(hours=1))
    assert to_the_second(datetime(2025, 11, 18, 12, 48, 3, 999, paris)) == datetime(2025, 11, 18, 11, 48, 3, tzinfo=UTC)
