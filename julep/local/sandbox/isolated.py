"""What the sandbox does with strangers' text, done in a worker process while others are answered.

Each function takes plain data and returns plain data. Values that only the worker has, such as a
pattern's match, come back as `transfer.Opaque`.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from julep.local.errors import BadRequest

from .budget import LimitExceeded
from .expressions import EvaluateError, has_code
from .expressions import evaluate as evaluate_here
from .pool import POOL
from .simple import NotSimple, evaluate_simple
from .system_template import DEFAULT_SYSTEM_TEMPLATE
from .values import is_branch, is_dict

_MOST_SOURCE = 1_000_000  # characters of all templates of a request
_MOST_PARTS = 2_000  # of a value that is looked at here, in a few milliseconds
_MOST_TAGS = 10_000  # in them; Jinja takes about 0.3 ms to compile each
LazyNames = Mapping[str, Callable[[], object]]
"""Names that expressions may mention, each with what makes its value."""


async def render(sources: Sequence[str], names: Mapping[str, object]) -> list[str]:
    """Return what templates give with these names; together they have one budget.

    Raises:
        BadRequest: One is wrong, reaches out of the sandbox, or takes too much.
    """
    known = _own(sources, names)
    templates = [source for source in sources if "{" in source and source not in known]
    made = await _rendered(templates, names) if templates else []
    texts = iter(made)
    return [
        known[source] if source in known else next(texts) if "{" in source else source
        for source in sources
    ]


def _own(sources: Sequence[str], names: Mapping[str, object]) -> dict[str, str]:
    if DEFAULT_SYSTEM_TEMPLATE not in sources:
        return {}
    from .own_template import render_own  # noqa: PLC0415 - loads Jinja, which is needed late or never

    text = render_own(names)
    return {} if text is None else {DEFAULT_SYSTEM_TEMPLATE: text}


async def _rendered(templates: Sequence[str], names: Mapping[str, object]) -> list[str]:
    _check_templates(templates)
    try:
        known = {
            name: value
            for name, value in names.items()
            if any(name in template for template in templates)
        }
        texts: list[str] = await POOL.run("render", templates, known)
    except LimitExceeded as error:
        raise BadRequest(f"Template error: {error}") from error
    return texts


async def evaluate(value: object, names: LazyNames) -> object:
    """Return a value with every string in it evaluated.

    Raises:
        EvaluateError: A string is not a valid expression, fails, or takes too much.
        NotJson: The result is too big to be kept.
    """
    parts = [*islice(_parts(value), _MOST_PARTS + 1)]
    if len(parts) <= _MOST_PARTS:
        texts = [part for part in parts if isinstance(part, str)]
        if not any(map(has_code, texts)):
            return evaluate_here(value, {})
        with contextlib.suppress(NotSimple):
            return evaluate_simple(value, texts, names)
    try:
        return await POOL.run("evaluate", value, _mentioned(value, names))
    except LimitExceeded as error:
        raise EvaluateError(str(error)) from error


async def fold(code: str, result: object, items: Sequence[object], names: LazyNames) -> object:
    """Return what an expression makes of `results` and each item, `_`, one after the other.

    Raises:
        EvaluateError, NotJson: As for `evaluate`.
    """
    try:
        return await POOL.run("fold", code, result, items, _mentioned(code, names))
    except LimitExceeded as error:
        raise EvaluateError(str(error)) from error


async def load_yaml(text: str) -> object:
    """Return the value that YAML text stands for.

    Raises:
        ValueError: It is not YAML.
        LimitExceeded: It is too long, too deep or stands for too much.
    """
    return await POOL.run("load_yaml", text)


async def schema_problem(schema: object) -> str | None:
    """Return why a value is not a JSON Schema, or `None` when it is one."""
    return await _problem("schema_problem", schema) if schema else None


async def input_problem(schema: object, value: object) -> str | None:
    """Return why a value does not fit a JSON Schema, or `None` when it does."""
    return await _problem("input_problem", schema, value) if schema else None


def _check_templates(templates: Sequence[str]) -> None:
    # What is refused here need not be copied to a worker and compiled by it.
    length = sum(map(len, templates))
    tags = sum(template.count("{{") + template.count("{%") for template in templates)
    if length > _MOST_SOURCE or tags > _MOST_TAGS:
        raise BadRequest(
            f"Template error: templates of {length:,} characters with {tags:,} tags, where "
            f"{_MOST_SOURCE:,} and {_MOST_TAGS:,} are the most for one request"
        )


async def _problem(job: str, *arguments: object) -> str | None:
    try:
        problem: str | None = await POOL.run(job, *arguments)
    except LimitExceeded as error:
        return f"the schema can't be used: {error}"
    return problem


def _mentioned(value: object, names: LazyNames) -> dict[str, object]:
    # Only what a text mentions is sent along. The other names are there, for hints in errors.
    written = "\n".join(_normal(part) for part in _parts(value) if isinstance(part, str))
    return {name: make() if name in written else None for name, make in names.items()}


def _normal(text: str) -> str:
    # Python takes letters of other widths in names for the usual ones.
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _parts(value: object) -> Iterator[object]:
    yield value
    if is_branch(value):
        for item in value.values() if is_dict(value) else value:
            yield from _parts(item)
