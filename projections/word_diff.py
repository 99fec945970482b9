"""The difference of two texts, word by word, as runs from which both can be put together again."""

import re
from difflib import SequenceMatcher
from typing import Literal

from events.visibility import Public
from projections.shown import Shown

COMPARED = 500
"""The most words of either text, without what both begin and end with, that are compared; more are one change."""
_WORD = re.compile(r"\s*\S+|\s+\Z")


class Run(Shown):
    """Words that stand in both texts, or only in the newer (insert) or older (delete), with their white space."""

    kind: Public[Literal["equal", "insert", "delete"]]
    text: Public[str]


def word_diff(before: str, after: str) -> list[Run]:
    """Return the runs that lead from one text to the other.

    Those that are no insertion make up `before`, those that are no deletion `after`. What may be compared is bounded,
    so that no text costs more than some tens of milliseconds.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    ends = len(old) - tail, len(new) - tail
    changed_old, changed_new = old[head : ends[0]], new[head : ends[1]]
    runs = [("equal", old[:head]), *_changes(changed_old, changed_new), ("equal", old[ends[0] :])]
    return [Run(kind=kind, text="".join(words)) for kind, words in _joined(runs)]


Kind = Literal["equal", "insert", "delete"]
_Runs = list[tuple[Kind, list[str]]]


def _changes(old: list[str], new: list[str]) -> _Runs:
    if max(len(old), len(new)) > COMPARED:
        return [("delete", old), ("insert", new)]
    runs: _Runs = []
    for tag, first, end, new_first, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("equal", old[first:end]))
        else:
            runs += [("delete", old[first:end]), ("insert", new[new_first:new_end])]
    return runs


def _joined(runs: _Runs) -> _Runs:
    found: _Runs = []
    for kind, words in runs:
        if words and found and found[-1][0] == kind:
            found[-1] = (kind, [*found[-1][1], *words])
        elif words:
            found.append((kind, words))
    return found


def _shared(old: list[str], new: list[str]) -> int:
    return next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
