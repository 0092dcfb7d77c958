"""What is done with strangers' text: each job is a function of plain data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import yaml
from attrs import asdict

from julep.local.sandbox import expressions, json_yaml, templates, transfer
from julep.local.sandbox.budget import Budget, LimitExceeded, spending
from julep.local.sandbox.json_schema import SCHEMA_OF_SCHEMAS, first_problem
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.values import check_size
from julep.local.workflow.issues import MOST_ISSUES
from julep.local.workflow.validation import validate

_LONGEST_ERROR = 10_000  # characters; some errors quote the value that they are about
_ADDRESS = re.compile(" at 0x[0-9a-f]+")


def _evaluate(value: object, names: Mapping[str, object]) -> object:
    return check_size(expressions.evaluate(value, {**CONSTANTS, **MODULES, **names}))


def _fold(
    code: str, result: object, items: Sequence[object], names: Mapping[str, object]
) -> object:
    names = {**CONSTANTS, **MODULES, **names}
    for item in items:
        result = expressions.evaluate_code(code, {**names, "results": result, "_": item})
    return check_size(result)


def _render(sources: Sequence[str], names: Mapping[str, object]) -> list[str]:
    texts: list[str] = []
    left = templates.MOST_WRITTEN
    for source in sources:
        texts.append(templates.render(source, names))
        left -= len(texts[-1])
        if left < 0:
            raise LimitExceeded(f"They write more than {templates.MOST_WRITTEN:,} characters")
    return texts


def _load_yaml(text: str) -> object:
    try:
        return json_yaml.load_yaml(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _schema_problem(schema: object) -> str | None:
    return first_problem(SCHEMA_OF_SCHEMAS, schema)


def _validate(task: Mapping[str, object], strict: bool) -> list[dict[str, object]]:
    return [asdict(issue) for issue in islice(validate(task, strict=strict), MOST_ISSUES)]


_JOBS: Mapping[str, Callable[..., object]] = {
    "evaluate": _evaluate,
    "fold": _fold,
    "render": _render,
    "load_yaml": _load_yaml,
    "schema_problem": _schema_problem,
    "input_problem": first_problem,
    "validate": _validate,
}


def answer(name: str, arguments: Sequence[object], seconds: float) -> bytes:
    """Return what a job gives or the error that it ends in, and whether its time ran out.

    Args:
        name: Which job.
        arguments: What it is done with.
        seconds: The processor time that it has.
    """
    allowance = Budget(seconds)
    try:
        with spending(allowance):
            return transfer.dump((None, _JOBS[name](*arguments), False, None))
    except MemoryError:
        raise  # the process has none left, and ends
    except Exception as error:  # noqa: BLE001 - jobs raise what they like
        told = _ADDRESS.sub("", str(error)[:_LONGEST_ERROR])
        expression = getattr(error, "expression", None)
        failed = (transfer.error_name(error), told, allowance.is_out_of_time, expression)
        return transfer.dump(failed)
