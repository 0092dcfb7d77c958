"""How JSON values other than models are read: as they are, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from julep.types._model import Model
from julep.types._plain import wire_name

from .mismatch import JSON_NAMES, Mismatch, named

Hook: TypeAlias = Callable[[Any, Any], Any]
"""Reads a value as a form: these are cattrs' arguments, and its word."""
Find: TypeAlias = Callable[[Any], Hook]
"""Finds the hook of a form."""


def as_it_is(value: Any, _: Any) -> Any:
    """Read anything."""
    return value


class ByType:
    """Reads a value by its type in JSON, and refuses those of other types.

    Attributes:
        hooks: What reads values of a type.
        expected: What values are expected, in words.
    """

    __slots__ = ("expected", "hooks")

    def __init__(self, hooks: Mapping[type, Hook], expected: str) -> None:
        self.hooks = hooks
        self.expected = expected

    def __call__(self, value: Any, form: Any) -> Any:
        """Read a value."""
        hook = self.hooks.get(value.__class__)
        if hook is None:
            raise Mismatch("", self.expected, named(value))
        return hook(value, form)


def kept(hook: Hook | None) -> frozenset[type]:
    """Return the types of the values that a hook takes as they are."""
    if not isinstance(hook, ByType):
        return frozenset()
    return frozenset(kind for kind, one in hook.hooks.items() if one is as_it_is)


def _only(*kinds: type) -> Hook:
    return ByType(dict.fromkeys(kinds, as_it_is), JSON_NAMES[kinds[0]])


ARRAY: Final = _only(list)
"""Takes arrays, whatever is in them."""
_from_text: Final = datetime.fromisoformat
_from_seconds: Final = datetime.fromtimestamp


def _moment(value: Any, _: Any) -> datetime:
    try:
        if type(value) is str:
            moment = _from_text(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if type(value) is float or type(value) is int:
            return _from_seconds(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise Mismatch("", "a time", named(value)) from None
    raise Mismatch("", "a time", named(value))


VALUES: Final[Mapping[type, Hook]] = {
    str: _only(str),
    bool: _only(bool),
    int: _only(int),
    float: _only(float, int),
    NoneType: _only(NoneType),
    datetime: _moment,
}
"""What reads values of a type."""


def is_union(form: Any) -> bool:
    """Tell whether a form is a union."""
    return get_origin(form) in (Union, UnionType)


def _is_form_of(*origins: Any) -> Callable[[Any], bool]:
    return lambda form: get_origin(form) in origins or form in origins


def list_hook(form: Any, find: Find) -> Hook:
    """Return what reads arrays; it takes them as they are where that is right for their items."""
    kind = item_of(form)
    if kind in (Any, object, float, int):
        return ARRAY
    # Models not before they are needed: a class may have lists of itself.
    read = None if is_model(kind) else find(kind)
    if isinstance(read, ByType):
        return _list_by_type(read, kind)

    def items(value: list[Any], form: Any) -> list[Any]:
        nonlocal read
        if type(value) is not list:
            ARRAY(value, form)
        if not value:
            return []
        read = read or find(kind)
        made: list[Any] = []
        for item in value:
            made.append(read(item, kind))  # noqa: PERF401 - a comprehension is one more call
        return made

    return items


def _list_by_type(read: ByType, kind: Any) -> Hook:
    hooks, as_they_are = read.hooks, kept(read)

    def items(value: list[Any], form: Any) -> list[Any]:
        if type(value) is not list:
            ARRAY(value, form)
        if not value or (
            type(value[0]) in as_they_are and as_they_are.issuperset(map(type, value))
        ):
            return [*value]
        made: list[Any] = []
        for item in value:
            made.append(hooks[type(item)](item, kind))  # noqa: PERF401 - as above
        return made

    return items


def item_of(form: Any) -> Any:
    """Return what a list's items are read as."""
    (kind,) = get_args(form) or (Any,)
    return kind


def _union_hook(form: Any, find: Find) -> Hook:
    arms = [arm for arm in get_args(form) if arm is not NoneType]
    if len(arms) == 1:
        return _optional(find(arms[0]), arms[0])
    by_type: dict[Any, Hook] = {_json_type(arm): find(arm) for arm in arms if not is_model(arm)}
    if None in by_type:
        return as_it_is
    by_type = {kind: as_it_is if kind in kept(hook) else hook for kind, hook in by_type.items()}
    if float in by_type:
        by_type.setdefault(int, by_type[float])
    models = [arm for arm in arms if is_model(arm)]
    if models:
        by_type[dict] = _member_hook(models, by_type.get(dict), find)
    if len(arms) < len(get_args(form)):
        by_type[NoneType] = as_it_is
    return ByType(by_type, " or ".join(JSON_NAMES[kind] for kind in by_type))


def _optional(hook: Hook, kind: Any) -> Hook:
    if kind in (str, bool, int):
        return _only(kind, NoneType)
    return lambda value, _: None if value is None else hook(value, kind)


def is_model(form: Any) -> bool:
    """Tell whether a form is a class of models, with or without arguments."""
    kind = get_origin(form) or form
    return isinstance(kind, type) and issubclass(kind, Model)


def _json_type(form: Any) -> type | None:
    """Return the Python type that JSON of a form is parsed to; None if it may be any."""
    origin = get_origin(form) or form
    if origin is Literal:
        return str
    if origin in (dict, Mapping):
        return dict
    if origin in (list, Sequence):
        return list
    return None if origin in (Any, object) else origin


def _member_hook(models: list[type[Model]], mapping: Hook | None, find: Find) -> Hook:
    """Read an object as the member of the union that its tag or its keys name.

    What no member fits is passed through where the union has a mapping among its arms.
    """
    hook_of: Callable[[Any], Hook] = cache(find)
    if len(models) == 1 and mapping is None:
        return lambda value, form: hook_of(models[0])(value, form)  # noqa: PLW0108 - a class may hold itself
    tag, choose = _chooser(models)
    by_name: dict[str, Hook] = {}

    def chosen(value: dict[Any, Any]) -> Hook:
        member = choose(value)
        if member is None:
            return as_it_is
        hook = hook_of(member)
        if type(name := value.get(tag)) is str:
            by_name[name] = hook
        return hook

    def read(value: Any, form: Any) -> Any:
        name = value.get(tag)
        hook = (by_name.get(name) if type(name) is str else None) or chosen(value)
        try:
            return hook(value, form)
        except Exception:
            if mapping is None:
                raise
            return value

    return read


def _chooser(
    models: list[type[Model]],
) -> tuple[str | None, Callable[[dict[Any, Any]], type[Model] | None]]:
    """Return the field that names members, if any, and what chooses one by that or by its keys."""
    by_key = [(model.__key__, model) for model in models if model.__key__]
    tags = [(*model.__tag__, model) for model in models if model.__tag__]
    tag = next((field for field, _, _ in tags), None)
    by_name = {name: model for field, name, model in tags if field == tag}

    def choose(value: dict[Any, Any]) -> type[Model] | None:
        if (name := value.get(tag)) is not None:
            return by_name.get(name) if type(name) is str else None
        names = set(map(wire_name, value))
        return next((model for key, model in by_key if key in names), None)

    return tag, choose


IS_ARRAY: Final = _is_form_of(list, Sequence)
FORMS: Final[Sequence[tuple[Callable[[Any], bool], Callable[[Any, Find], Hook]]]] = (
    (lambda form: form in (Any, object), lambda _form, _find: as_it_is),
    (lambda form: form is None, lambda _form, _find: VALUES[NoneType]),
    (_is_form_of(Literal), lambda _form, _find: VALUES[str]),
    (_is_form_of(dict, Mapping), lambda _form, _find: _only(dict)),
    (IS_ARRAY, list_hook),
    (is_union, _union_hook),
)
"""Which forms there are besides, and what makes their hooks."""
