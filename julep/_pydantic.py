"""Models as pydantic sees them, and FastAPI through it: read by `structure`, written by `to_dict`.

Runs and turns, which no server sends, are written only.

This is imported when pydantic asks a model what it is, and by nothing else. The fields that pydantic
is told of are there for JSON Schema alone: its own reading would not know what servers send
otherwise, and would tell members of unions apart by other rules.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    PydanticSerializationUnexpectedValue,
    ValidationError,
)
from pydantic_core import core_schema as core

from julep._codec.mismatch import NOTHING, Mismatch, named
from julep.types._as_dict import AsDict
from julep.types._model import Model
from julep.types._plain import OMIT, is_plain, to_plain, wire_name

from ._codec import mismatches, structure
from ._shapes import Declared, declared_fields, described

_PLACE: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

_DEFINED: ContextVar[set[str]] = ContextVar("_DEFINED")
"""What one schema refers to by name already: steps hold steps, and unions name classes often."""


def core_schema_of(form: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Describe a model to pydantic.

    Args:
        form: The model's class, or a generic one with its types.
        handler: What pydantic gives for the types of the fields.
    """
    reference = _reference(form)
    with _defined() as defined:
        if reference in defined:
            return core.definition_reference_schema(reference)
        defined.add(reference)
        return core.no_info_wrap_validator_function(
            _reader(form),
            _fields(form, handler),
            ref=reference,
            serialization=core.wrap_serializer_function_ser_schema(
                _write, info_arg=True, schema=core.any_schema()
            ),
        )


def json_schema_of(
    model: type[Any], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> dict[str, Any]:
    """Return the JSON Schema of a model: its fields, whatever reads and writes them."""
    fields: dict[str, Any] = {**schema}
    summary, _ = described(inspect.getdoc(model))
    return {**handler(fields["schema"]), "title": model.__name__, "description": summary}


@contextmanager
def _defined() -> Generator[set[str]]:
    outermost = _DEFINED.get(None) is None
    token = _DEFINED.set(set()) if outermost else None
    try:
        yield _DEFINED.get()
    finally:
        if token is not None:
            _DEFINED.reset(token)


def _reference(form: Any) -> str:
    """Name a class as pydantic does: what comes before the colon is what JSON Schema calls it."""
    kind: Any = get_origin(form) or form
    if not isinstance(kind, type):
        return repr(form)  # a user's own type that no class stands for
    arguments = ",".join(map(_reference, get_args(form)))
    name = f"{kind.__module__}.{kind.__qualname__}:{id(kind)}"
    return f"{name}[{arguments}]" if arguments else name


def _fields(form: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    texts = _texts(get_origin(form) or form)
    fields = (field for field in declared_fields(form) if field.name != "extra")
    described_fields = {wire_name(field.name): _field(field, texts, handler) for field in fields}
    return core.typed_dict_schema(described_fields, extra_behavior="allow")


def _texts(model: type[Any]) -> dict[str, str]:
    """Return what the docstrings of a class and its bases say of their fields."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        texts |= described(inspect.getdoc(base))[1]
    return texts


def _field(
    declared: Declared, texts: Mapping[str, str], handler: GetCoreSchemaHandler
) -> core.TypedDictField:
    text = texts.get(declared.name)
    form = Annotated[declared.form, Field(description=text)] if text else declared.form
    schema = handler.generate_schema(form)
    if declared.default is not OMIT:
        schema = core.with_default_schema(schema, default=declared.default)
    return core.typed_dict_field(schema, required=declared.required)


def _reader(form: Any) -> Callable[[Any, object], Any]:
    kind: type[Any] = get_origin(form) or form
    variables: Sequence[Any] = getattr(form, "__parameters__", ())
    form = form[(Any,) * len(variables)] if variables else form

    def read(value: Any, _: object) -> Any:
        if isinstance(value, kind):
            return value
        if not issubclass(kind, Model):
            raise _mismatch(f"an object of the class {kind.__name__}", named(value))
        if isinstance(value, Mapping) and not is_plain(value):
            value = _plain(value)
        try:
            return structure(value, form)
        except Mismatch:
            faults = [_fault(mismatch, value) for mismatch in mismatches(value, form)]
        raise ValidationError.from_exception_data(kind.__name__, faults)

    read.__name__ = kind.__name__  # errors of a whole answer begin with it
    return read


def _plain(value: Any) -> Any:
    try:
        return to_plain(value)
    except TypeError as error:
        raise PydanticCustomError("not_json", "{error}", {"error": str(error)}) from None


def _fault(mismatch: Mismatch, value: Any) -> InitErrorDetails:
    places = [int(index) if index else name for name, index in _PLACE.findall(mismatch.path)]
    return InitErrorDetails(type=_kind(mismatch), loc=tuple(places), input=_at(value, places))


def _kind(mismatch: Mismatch) -> PydanticCustomError | str:
    if mismatch.got == NOTHING:
        return "missing"  # pydantic's own, which forms of browsers look for
    return _mismatch(mismatch.expected, mismatch.got)


def _mismatch(expected: str, got: str) -> PydanticCustomError:
    said = {"expected": expected, "got": got}
    return PydanticCustomError("mismatch", "Expected {expected}, got {got}", said)


def _at(value: Any, places: Sequence[str | int]) -> Any:
    """Return what is at a place, or the nearest around it."""
    for place in places:
        try:
            value = value[place]
        except (LookupError, TypeError):
            break
    return value


def _write(value: Any, write: Callable[[Any], Any], info: core.SerializationInfo) -> Any:
    """Write a model as `to_dict` does; pydantic takes out what is not to be shown."""
    if not isinstance(value, AsDict):
        raise PydanticSerializationUnexpectedValue(f"Expected a model, got {named(value)}")
    return write(to_plain(value, nulls=not info.exclude_none))
