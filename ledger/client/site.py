"""A folder of files that a web server hands out as they are: filled without harm to what lies in it.

A marker file lists what we put there. A folder without one must be empty; beside what it lists, nothing is written over
or taken away. Every file appears whole under its name, and one that is the same already is left untouched.
"""

import json
import shutil
from pathlib import Path, PurePosixPath

from ledger.client.failures import ClientError

MARKER = ".ledgerd-publish.json"
_FORM, _STAGE = "publish/1", ".ledgerd-publish.part"


class Site:
    """The folder as it is, and what is to come: `stage` files, then `swap` them in."""

    def __init__(self, folder: Path, ledger: str) -> None:
        """Open a folder for the pages of one ledger. Raises `ClientError` where it holds what isn't ours."""
        self.folder, self._ledger, self._new = folder, ledger, not folder.exists()
        self._before = _listed(folder, ledger)
        self._staged: dict[str, bool] = {}

    @property
    def changed(self) -> list[str]:
        """Return the paths of the staged files that are new or other than before."""
        return [path for path, changed in self._staged.items() if changed]

    @property
    def unchanged(self) -> int:
        """Return how many staged files lie in the folder already, byte for byte."""
        return len(self._staged) - len(self.changed)

    @property
    def obsolete(self) -> list[str]:
        """Return the paths of what was published before and is no more."""
        return sorted(self._before - self._staged.keys())

    def stage(self, path: str, data: bytes) -> None:
        """Set a file aside for its place. Raises `ClientError` where the place is taken by a file not ours."""
        target = self._place(self.folder, path)
        if path not in self._before and target.exists():
            raise ClientError(f"{target} is in the way, and no earlier publish made it")
        same = target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data
        self._staged[path] = not same
        if not same:
            part = self._place(self.folder / _STAGE, path)
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)

    def read(self, path: str) -> bytes:
        """Return a staged file."""
        return self._place(self.folder / _STAGE if self._staged[path] else self.folder, path).read_bytes()

    def kept(self, path: str) -> bytes | None:
        """Return a file of an earlier publish, None where there is none."""
        place = self._place(self.folder, path)
        return place.read_bytes() if path in self._before and place.is_file() else None

    def swap(self) -> None:
        """Put what is staged in its place, what others refer to first, and take away what is obsolete."""
        self._mark(self._before | self._staged.keys())
        self._new = False
        for path in sorted(self.changed, key=_turn):
            target = self._place(self.folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._place(self.folder / _STAGE, path).replace(target)
        for path in self.obsolete:
            self._remove(path)
        self._mark(set(self._staged))

    def clear(self) -> None:
        """Drop what is staged and was not put in place."""
        shutil.rmtree(self.folder / _STAGE, ignore_errors=True)
        if self._new and self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _mark(self, files: set[str]) -> None:
        document = {"ledgerd": _FORM, "ledger": self._ledger, "files": sorted(files)}
        part = self.folder / _STAGE / MARKER
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(document, ensure_ascii=False, indent=0) + "\n", "utf-8")
        part.replace(self.folder / MARKER)

    def _remove(self, path: str) -> None:
        place = self._place(self.folder, path)
        place.unlink(missing_ok=True)
        for parent in place.parents:
            if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()

    @staticmethod
    def _place(folder: Path, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or any(part in {"..", "."} or "\0" in part for part in parts):
            raise ClientError(f"{path!r} can't be the name of a file in the folder")
        return folder.joinpath(*parts)


def _turn(path: str) -> tuple[bool, bool]:
    """Order files for readers who come meanwhile: style sheets and tiles, then data and evidence, then pages."""
    return not path.startswith(("assets/", "ledgers/")), path.endswith(".html")


def _listed(folder: Path, ledger: str) -> set[str]:
    """Return the paths that the marker lists."""
    if folder.exists() and not folder.is_dir():
        raise ClientError(f"{folder} is not a folder")
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        form, of, files = marker["ledgerd"], marker["ledger"], set(map(str, marker["files"]))
    except FileNotFoundError:
        if folder.exists() and any(each.name != _STAGE for each in folder.iterdir()):
            raise ClientError(f"{folder} holds files that no earlier publish made: name an empty folder") from None
        return set()
    except (ValueError, KeyError, TypeError):
        raise ClientError(f"{folder / MARKER} is damaged: name an empty folder") from None
    if (form, of) != (_FORM, ledger):
        raise ClientError(f"{folder} holds the pages of the ledger {of}: name another folder")
    return files
