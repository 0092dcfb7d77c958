"""Jinja templates from callers, rendered in a sandbox that ends.

What they may reach is in `template_environment`. Every loop and call of theirs is counted against
a deadline, and everything that can multiply text or numbers is paid for before it is done, out of
the budget that expressions have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from jinja2 import Template, TemplateSyntaxError, Undefined, UndefinedError

from julep.local.errors import BadRequest

from .budget import LimitExceeded, spending
from .functions import FUNCTIONS
from .modules import CONSTANTS, MODULES
from .template_environment import HELPERS, TemplateEnvironment
from .template_filters import guard_filters
from .values import printable

MOST_WRITTEN = 500_000  # characters of a request; more than fits most models
_LONGEST_KEPT = 20_000  # characters of a template whose compiled form is kept


def render(source: str, names: Mapping[str, object]) -> str:
    """Render a template with these names.

    Raises:
        BadRequest: The template is wrong, reaches out of the sandbox, or takes too much.
    """
    if "{" not in source:
        return source
    try:
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
        raise BadRequest(f"Template error: {_told(error)}") from error


def _told(error: Exception) -> str:
    # Of a key that is missing, Python says nothing but the key.
    text = str(error)
    return text if " " in text else f"{type(error).__name__}: {text}"


def _joined(pieces: Iterable[str]) -> str:
    result: list[str] = []
    left = MOST_WRITTEN
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise LimitExceeded(f"It writes more than {MOST_WRITTEN:,} characters")
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
    known = cast("dict[str, Any]", environment.globals)
    known.clear()
    known.update({**HELPERS, **FUNCTIONS, **MODULES, **CONSTANTS})
    guard_filters(environment)
    return environment


_environment = _make_environment()


def _compiled(source: str) -> Template:
    return _kept(source) if len(source) <= _LONGEST_KEPT else _environment.from_string(source)


@lru_cache(maxsize=128)
def _kept(source: str) -> Template:
    return _environment.from_string(source)
