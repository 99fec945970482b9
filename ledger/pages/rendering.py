"""Templates become pages: escaped, in one language, strict about names that aren't there."""

from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from ledger.pages.assets import asset_path
from ledger.pages.languages import Language, translations
from ledger.pages.phrases import phrase
from ledger.pages.terms import term
from ledger.pages.wording import Wording, marked

_FILTERS = ("number", "share", "duration", "moment", "tick")


def render(template: str, language: Language, **context: object) -> str:
    """Return a template's text. Raises `jinja2.UndefinedError` where it names what `context` lacks."""
    return environment(language).get_template(template).render(**context)


@cache
def environment(language: Language) -> jinja2.Environment:
    """Return where the templates of a language are compiled, and what they find there.

    `root`: the way to the service's root from the page, a slash unless the context says otherwise.
    """
    found = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    install: Any = found
    install.install_gettext_translations(translations(language), newstyle=True)
    wording = Wording(language)
    found.filters.update({name: getattr(wording, name) for name in _FILTERS}, marked=marked)
    translated = translations(language).gettext
    found.filters.update(
        term=lambda code: translated(term(code)),
        phrase=lambda type_: translated(phrase(type_).words),
        sign=lambda type_: phrase(type_).icon,
    )
    found.globals.update(language=language.value, root="/", asset=_asset, icon=_icon)
    return found


@jinja2.pass_context
def _asset(context: jinja2.runtime.Context, path: str) -> str:
    return f"{context['root']}{asset_path(path)}"


@jinja2.pass_context
def _icon(context: jinja2.runtime.Context, name: str, label: str = "") -> Markup:
    """Return an icon of the sprite; without a label it is for the eye only, the words beside it say the same."""
    source = _asset(context, "icons.svg")
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" width="16" height="16" {}><use href="{}#{}"></use></svg>').format(
        said, source, name
    )
