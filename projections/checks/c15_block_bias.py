"""C15: whether authors were blocked or muted who had only criticised."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.subject import author_hash
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.event import Event
from projections.projection import index_key

_BLOCKS = frozenset({"author.blocked", "author.muted"})
_HARM = frozenset({"abuse", "spam", "threat", "misinformation"})

ONLY_CRITICISED = Rule(
    "only_criticised",
    Severity.FAILURE,
    Words(
        "An author was shut out ({type}) who had only criticised: {count} comments, all of them complaints or "
        "negative, none of them abusive.",
        "Un auteur a été écarté ({type}) qui n’avait fait que critiquer : {count} commentaires, tous des plaintes ou "
        "négatifs, aucun abusif.",
    ),
    settled_by="author.unblocked",
)
NOTHING_ABUSIVE = Rule(
    "nothing_abusive",
    Severity.WARNING,
    Words(
        "An author was shut out ({type}) though none of their {count} comments was found abusive.",
        "Un auteur a été écarté ({type}) alors qu’aucun de ses {count} commentaires n’a été jugé abusif.",
    ),
    settled_by="author.unblocked",
)
NO_COMMENT = Rule(
    "no_comment_known",
    Severity.INFO,
    Words(
        "An author was shut out ({type}) of whom no comment is recorded here.",
        "Un auteur a été écarté ({type}) dont aucun commentaire n’est consigné ici.",
    ),
)


@dataclass(slots=True)
class _Comment:
    """`judged`: what its last classification says, else whether a measure for more than an opinion stands on it."""

    received: int | None = None
    label: str | None = None
    mood: str | None = None
    measured: bool = False

    @property
    def harmful(self) -> bool:
        return self.label in _HARM if self.label is not None else self.measured

    @property
    def critical(self) -> bool:
        return self.label == "complaint" or self.mood == "negative"


class BlockBias(Check):
    """Each block against all that its author wrote here. An author is known by the SHA-256 of their id alone."""

    code = "C15"
    title = Words("Nobody is blocked for criticism", "Nul n’est bloqué pour avoir critiqué")
    needs = Words(
        "Blocks, and the comments of those blocked with their authors, classes and mood.",
        "Les blocages, et les commentaires des personnes bloquées avec leurs auteurs, leur classement et leur ton.",
    )
    rules = (ONLY_CRITICISED, NOTHING_ABUSIVE, NO_COMMENT)
    types = frozenset(
        {
            *_BLOCKS,
            "author.unblocked",
            "comment.received",
            "comment.classified",
            "sentiment.assessed",
            "comment.hidden",
            "comment.removed",
            "comment.unhidden",
            "comment.restored",
        }
    )

    def __init__(self, ground: Ground) -> None:
        """Begin without comments."""
        super().__init__(ground)
        self._comments: dict[str, _Comment] = {}
        self._of: dict[str, set[str]] = {}
        self._blocks: dict[int, tuple[str, str, int | None]] = {}
        self._unsigned, self._unnamed = 0, set[int]()

    def take(self, event: Event) -> None:
        """Note who wrote what, how it was judged, and who was shut out."""
        if event.type.startswith("author."):
            self._author(event)
            return
        name = event.text("external_id") or event.text("target")
        if name is None:
            return
        comment = self._comments.setdefault(name, _Comment())
        match event.type:
            case "comment.received" if comment.received is None:
                comment.received = event.index
                self._written(event, name)
            case "comment.classified":
                comment.label = event.text("label")
            case "sentiment.assessed":
                comment.mood = event.text("label")
            case "comment.hidden" | "comment.removed":
                comment.measured = event.text("reason_code") not in self.ground.settings.opinion_codes
            case "comment.unhidden" | "comment.restored":
                comment.measured = False

    def findings(self) -> Iterator[Finding]:
        """Yield the blocks that nothing of what is recorded explains."""
        for index, (kind, author, ended) in self._blocks.items():
            comments = [self._comments[name] for name in self._of.get(author, ())]
            if any(comment.harmful for comment in comments):
                continue
            only = bool(comments) and all(comment.critical for comment in comments)
            rule = NO_COMMENT if not comments else ONLY_CRITICISED if only else NOTHING_ABUSIVE
            received = sorted(comment.received or 0 for comment in comments)
            subject = f"event|{index_key(index)}"
            yield self.found(rule, [index, *received], subject, ended, type=kind, count=len(comments))

    def lack(self) -> Words | None:
        """Say so where authors are not open, so that blocks can't be held against what they wrote."""
        lost = len(self._unnamed) if self._unnamed else self._unsigned if self._blocks else 0
        if not lost:
            return None
        return Words(
            f"Who wrote {lost} comments or was blocked is not open: these can’t be held against each other.",
            f"L’auteur de {lost} commentaires ou blocages n’est pas lisible : ils ne peuvent être rapprochés.",
        )

    def judged(self) -> bool:
        """Return whether no block is beyond judgement."""
        return not self._unnamed

    def _author(self, event: Event) -> None:
        author = event.text("author_id_hash")
        if author is None:
            self._unnamed.add(event.index)
        elif event.type in _BLOCKS:
            self._blocks.setdefault(event.index, (event.type, author, None))
        elif event.type == "author.unblocked":
            for index, (kind, who, ended) in self._blocks.items():
                if who == author and ended is None:
                    self._blocks[index] = kind, who, event.index

    def _written(self, event: Event, name: str) -> None:
        author = event.value("author")
        known = author.get("id") if isinstance(author, dict) else author
        if isinstance(known, str):
            self._of.setdefault(author_hash(known), set()).add(name)
        else:
            self._unsigned += 1
