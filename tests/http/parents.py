"""What an example of the vocabulary needs in the ledger before it can be true, drawn from the rules themselves."""

from typing import Any

from events.claims import referring_fields
from events.rules import RULES, Rule
from events.vocabulary import VOCABULARY
from tests.events.vocabulary_examples import EXAMPLES
from tests.http.client import Client, comment


async def settle(client: Client, type_: str, data: dict[str, Any], subject: str) -> dict[str, Any]:
    """Post what the event needs, and return its data with every index replaced by that of an event that fits."""
    rule = RULES.get(type_, Rule())
    if rule.needs is not None:
        begins = next(name for name, other in RULES.items() if other.begins == rule.needs)
        await client.post(parent(begins, subject, data))
    settled = dict(data)
    for field in referring_fields(VOCABULARY[type_]):
        if field in data:
            fitting = min(rule.refers.get(field, {"comment.received"}))
            answer = await client.post(parent(fitting, subject, {}))
            settled[field] = replaced(data[field], answer.document["index"])
    return settled


def parent(type_: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return an example of a type about the same object as `data`, by somebody else than whoever comes after."""
    about = VOCABULARY[type_].about
    same = {about[1]: data[about[1]]} if about and about[1] in data else {}
    own = EXAMPLES[type_] | same | ({"exercise": data["exercise"]} if "exercise" in data else {})
    return comment(type=type_, subject=subject, actor="person:before") | {"data": own}


def replaced(value: Any, index: int) -> Any:
    """Return a value with every whole number in it replaced by `index`."""
    match value:
        case bool():
            return value
        case int():
            return index
        case list():
            return [replaced(item, index) for item in value]
        case dict():
            return {name: replaced(item, index) for name, item in value.items()}
    return value
