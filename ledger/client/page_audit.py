"""Whether a rendered page shows what was recorded, word for word: what its reader's browser will ask of it."""

from collections.abc import Mapping
from html.parser import HTMLParser

from events.strict import JsonObject, JsonValue
from ledger.client.report import Report


def check_page(html: str, values: Mapping[int, JsonObject], report: Report) -> int:
    """Hold every text that names its entry and field against `values`; return how many there are."""
    page = _Verbatim()
    page.feed(html)
    page.close()
    for index, path, text in page.found:
        if text != _value(values.get(index, {}), path):
            report.find(f"what the page shows of its field {path} is not what was recorded", index)
    return len(page.found)


class _Verbatim(HTMLParser):
    """Collects the text of the elements that carry `data-entry` and `data-field`; such elements hold no others."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str, str]] = []
        self._open: tuple[str, int, str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        entry, path = named.get("data-entry"), named.get("data-field")
        if self._open is None and entry is not None and path is not None:
            self._open, self._text = (tag, int(entry), path), []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is not None and tag == self._open[0]:
            self.found.append((self._open[1], self._open[2], "".join(self._text)))
            self._open = None


def _value(fields: JsonObject, path: str) -> JsonValue:
    """Return a field's value; `translations.0.text` is a member of a member of the field `translations`."""
    value: JsonValue = fields
    for member in path.split("."):
        if isinstance(value, dict):
            value = value.get(member)
        elif isinstance(value, list) and member.isdecimal() and int(member) < len(value):
            value = value[int(member)]
        else:
            return None
    return value
