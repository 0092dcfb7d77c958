"""Jinja templates from callers, rendered in a sandbox that ends.

What they may reach is in `template_environment`. Every loop and call of theirs is counted against
a deadline, and everything that can multiply text or numbers is paid for before it is done, out of
the budget that expressions have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError

from julep.local.errors import BadRequest
from julep.local.sandbox.budget import LimitExceeded, pay_for, spending
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.template_environment import HELPERS, TemplateEnvironment
from julep.local.sandbox.template_filters import guard_filters
from julep.local.sandbox.values import printable

_MOST_TAGS = 10_000
_LONGEST_KEPT = 20_000
_NEWLINE = '{{ "\\n" }}'

DEFAULT_SYSTEM_TEMPLATE = (
    "{% if agent.name %}You are {{ agent.name }}. {% endif %}"
    "{% if agent.about %}About you: {{ agent.about }}. {% endif %}"
    "{% if user %}You are talking to a user"
    "{% if user.name %}  and their name is {{ user.name }}"
    "{% if user.about %}. About the user: {{ user.about }}{% endif %}.{% endif %}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% if session.situation %}Situation: {{ session.situation }}{% endif %}"
    f"{_NEWLINE * 2}"
    "{% if agent.instructions %}"
    f"Instructions:{_NEWLINE}"
    "{% if agent.instructions is string %}"
    f"{{{{ agent.instructions }}}}{_NEWLINE}"
    "{% else %}"
    f"{{% for instruction in agent.instructions %}}- {{{{ instruction }}}}{_NEWLINE}{{% endfor %}}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% endif %}"
    "{% if docs %}"
    f"Relevant documents:{_NEWLINE}"
    "{% for doc in docs %}"
    f"{{{{ doc.title }}}}{_NEWLINE}"
    f"{{% for snippet in doc.content %}}{{{{ snippet }}}}{_NEWLINE}{{% endfor %}}"
    "---"
    "{% endfor %}"
    "{% endif %}"
)
"""The system message of an agent that has no template of its own."""


def render(source: str, names: Mapping[str, Any]) -> str:
    """The text that a template gives with these names.

    Raises:
        BadRequest: the template is wrong, reaches out of the sandbox, or takes too much.
    """
    if "{" not in source:
        return source
    try:
        _check_tags(source)
        with spending():
            return _joined(_compiled(source).generate(names))
    except TemplateSyntaxError as error:
        raise BadRequest(f"Template syntax error: {error}") from error
    except UndefinedError as error:
        raise BadRequest(f"Template undefined variable: {error}") from error
    except MemoryError:
        raise
    except Exception as error:
        # Filters and functions raise whatever they like; all of it is the template's fault.
        raise BadRequest(f"Template error: {error}") from error


def _check_tags(source: str) -> None:
    # Each is compiled, which no budget is looked at for.
    tags = source.count("{{") + source.count("{%")
    if tags > _MOST_TAGS:
        raise LimitExceeded(f"{tags} tags where {_MOST_TAGS} are the most")


def _joined(pieces: Iterable[str]) -> str:
    result: list[str] = []
    for piece in pieces:
        pay_for(len(piece))
        result.append(piece)
    return "".join(result)


def _make_environment() -> TemplateEnvironment:
    environment = TemplateEnvironment(
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=Undefined,
        finalize=printable,
    )
    cast("dict[str, Any]", environment.globals).clear()
    cast("dict[str, Any]", environment.globals).update(
        {**HELPERS, **FUNCTIONS, **MODULES, **CONSTANTS}
    )
    guard_filters(environment)
    return environment


_environment = _make_environment()


def _compiled(source: str) -> Any:
    return _kept(source) if len(source) <= _LONGEST_KEPT else _environment.from_string(source)


@lru_cache(maxsize=128)
def _kept(source: str) -> Any:
    return _environment.from_string(source)
