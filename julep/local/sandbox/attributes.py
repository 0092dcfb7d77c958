"""Which attributes of which values expressions and templates may reach.

Everything is closed unless it is listed here: a value's type decides, never the value.
"""

from __future__ import annotations

import ast
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, cast
from urllib.parse import ParseResult, SplitResult

from attrs import frozen

from .budget import POINTER, InvalidExpression, budget, pay_for
from .json_yaml import dump_json
from .regex import MATCH_TYPE
from .values import clone, has_length, is_branch, is_dict, with_hashed

_MISSING = object()
_ENCODINGS = frozenset({"utf-8", "utf8", "ascii", "latin-1", "iso-8859-1", "utf-16", "utf-32"})

_SET = """add clear copy difference difference_update discard intersection intersection_update
    isdisjoint issubset issuperset pop remove symmetric_difference symmetric_difference_update
    union update"""
_NUMBER = "as_integer_ratio conjugate denominator imag numerator real"
_URL = "fragment geturl hostname netloc password path port query scheme username"
_DATE = """ctime day isocalendar isoformat isoweekday month replace strftime timetuple toordinal
    weekday year"""
_TIME = "dst fold hour isoformat microsecond minute second tzinfo tzname utcoffset"
_METHODS: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        str: """capitalize casefold center count encode endswith expandtabs find index isalnum
            isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace
            istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace
            rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase
            title translate upper zfill""",
        bytes: "decode endswith hex startswith",
        bool: _NUMBER + " bit_length",
        int: _NUMBER + " bit_length",
        float: "as_integer_ratio conjugate hex imag is_integer real",
        complex: "conjugate imag real",
        dict: """clear copy fromkeys get items keys pop popitem setdefault to_dict to_json update
            values""",
        list: "append clear copy count extend index insert pop remove reverse sort to_json to_list",
        tuple: "count index",
        set: _SET,
        frozenset: _SET,
        ParseResult: _URL + " params",
        SplitResult: _URL,
        MATCH_TYPE: "end group groupdict groups span start string",
        dt.date: _DATE,
        dt.datetime: f"{_DATE} {_TIME} astimezone date time timestamp timetz utctimetuple",
        dt.time: f"{_TIME} replace strftime",
        dt.timedelta: "days microseconds seconds total_seconds",
        dt.timezone: "dst tzname utcoffset",
        time.struct_time: """tm_gmtoff tm_hour tm_isdst tm_mday tm_min tm_mon tm_sec tm_wday tm_yday
            tm_year tm_zone""",
    }.items()
}
_CHANGING: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        dict: "clear pop popitem setdefault update",
        list: "append clear extend insert pop remove reverse sort",
        set: """add clear difference_update discard intersection_update pop remove
            symmetric_difference_update update""",
    }.items()
}
_REFERRING = frozenset({"get", "pop", "popitem", "setdefault", "index", "count", "find"})


@frozen(repr=False)
class Namespace:
    """A module as expressions see it: these members, and perhaps a call of its own."""

    name: str
    members: Mapping[str, object]
    call: Callable[..., object] | None = None

    def __repr__(self) -> str:
        return f"<module {self.name}>"

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        """Call what stands behind the module's name."""
        if self.call is None:
            raise InvalidExpression(f"'{self.name}' is a module, not a function")
        return self.call(*args, **kwargs)


class Function:
    """A function as expressions and templates see it: it can be called, and nothing of it read."""

    __slots__ = ("_call", "_name")

    def __init__(self, name: str, call: Callable[..., object]) -> None:
        self._name = name
        self._call = call

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        """Call it."""
        return self._call(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<function {self._name}>"  # without an address in memory


@frozen(repr=False)
class TypeFunction:
    """A type as expressions see it: a function, whose attributes are the type's methods."""

    type: type[Any]
    call: Callable[..., object]

    def __repr__(self) -> str:
        return f"<function {self.type.__name__}>"

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        """Make a value of the type."""
        return self.call(*args, **kwargs)

    def method(self, name: str) -> object:
        """Return a method that takes the value it works on as first argument."""
        if name not in _METHODS.get(self.type, ()):
            raise AttributeError(name)

        def unbound(value: object, *args: object) -> object:
            if not isinstance(value, self.type):
                raise TypeError(f"{self.type.__name__}.{name} takes a {self.type.__name__} first")
            method: Any = _method(self.type(value), name)
            return method(*args)

        return Function(f"{self.type.__name__}.{name}", unbound)


def get_attribute(value: object, name: str) -> object:
    """Return an attribute that expressions may read; a dict's keys are attributes too.

    Raises:
        AttributeError: There is none, or it is closed.
    """
    found: object
    if isinstance(value, Namespace):
        found = value.members.get(name, _MISSING)
    elif isinstance(value, TypeFunction):
        found = value.method(name)
    elif name in _METHODS.get(value.__class__, ()):
        found = _method(value, name)
    else:
        found = value.get(name, _MISSING) if is_dict(value) else _MISSING
    if found is _MISSING:
        raise AttributeError(name)
    return found


def changes(value: object, name: str) -> bool:
    """Tell whether a method changes the value that it belongs to."""
    return name in _CHANGING.get(value.__class__, ())


def uncalled_methods(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Yield what reads a method of objects and doesn't call it: a field was probably meant."""
    nodes = list(ast.walk(tree))
    called = {id(each) for node in nodes if isinstance(node, ast.Call) for each in _called(node)}
    for node in nodes:
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _METHODS[dict]
            and id(node) not in called
        ):
            yield node


def _called(node: ast.Call) -> Iterable[ast.expr]:
    takes_function = isinstance(node.func, ast.Name) and node.func.id in {"map", "reduce"}
    return (node.func, *node.args[:1]) if takes_function else (node.func,)


def _method(value: object, name: str) -> object:
    guard = _GUARDED.get((value.__class__, name))
    if guard is not None:
        return Function(name, partial(guard, value))
    bound = getattr(value, name)
    if not callable(bound):
        return bound
    charged = bound if name in _REFERRING else _charged(value, bound)
    return Function(name, _comparing(charged) if is_branch(value) else charged)


def _comparing(method: Callable[..., object]) -> Callable[..., object]:
    # Sets, dicts and lists look for what they are given.
    return lambda *args, **kwargs: method(*map(with_hashed, args), **kwargs)


def _charged(value: object, bound: Callable[..., object]) -> Callable[..., object]:
    # What a method returned or added is paid for afterwards: it is not bigger than its arguments.
    def charged(*args: object, **kwargs: object) -> object:
        budget().look()
        before = _size(value)
        made = bound(*args, **kwargs)
        budget().allocate(_size(made) + max(_size(value) - before, 0))
        return made

    return charged


def _size(value: object) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    return len(value) * POINTER if has_length(value) else 0


def join(separator: str, pieces: Iterable[str]) -> str:
    """Return the pieces with the separator between them."""
    listed = list(pieces)
    pay_for(sum(map(len, listed)) + len(separator) * len(listed))
    return separator.join(listed)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    times = text.count(old) if count < 0 else min(text.count(old), count)
    pay_for(len(text) + times * len(new))
    return text.replace(old, new, count)


def _expand_tabs(text: str, tabsize: int = 8) -> str:
    pay_for(len(text) + text.count("\t") * max(tabsize, 0))
    return text.expandtabs(tabsize)


def check_encoding(name: str) -> None:
    """Refuse codecs other than the common ones: some of Python's take quadratic time."""
    if name.lower().replace("_", "-") not in _ENCODINGS:
        raise InvalidExpression(f"The encoding '{name[:40]}' is not available: use utf-8")


def _recoding(recode: Callable[..., object]) -> Callable[..., object]:
    def recoded(value: str | bytes, encoding: str = "utf-8", errors: str = "strict") -> object:
        check_encoding(encoding)
        pay_for(len(value))
        return recode(value, encoding, errors)

    return recoded


def _padding(pad: Callable[..., str]) -> Callable[..., str]:
    def padded(text: str, width: int, *fill: str) -> str:
        pay_for(max(width, len(text)))
        return pad(text, width, *fill)

    return padded


def _translate(text: str, table: object) -> str:
    if not is_dict(table):
        raise InvalidExpression("translate takes a dict of characters' numbers")
    widest = max((len(each) for each in table.values() if isinstance(each, str)), default=1)
    pay_for(len(text) * max(widest, 1))
    return text.translate(cast("dict[int, str | int | None]", table))


def _stripping(strip: Callable[..., str]) -> Callable[..., str]:
    def stripped(text: str, chars: str | None = None) -> str:
        # Python looks each character of the text up in all that it is given, repeated or not.
        return strip(text, "".join(dict.fromkeys(chars)) if chars else chars)

    return stripped


def _to_json(value: object) -> str:
    return dump_json(value, ensure_ascii=False)


_GUARDED: Mapping[tuple[type, str], Callable[..., object]] = {
    (str, "join"): join,
    (str, "encode"): _recoding(str.encode),
    (bytes, "decode"): _recoding(bytes.decode),
    (str, "replace"): _replace,
    (str, "expandtabs"): _expand_tabs,
    (str, "translate"): _translate,
    # The self-hosted server wraps what steps get in objects that have these.
    (dict, "to_dict"): clone,
    (dict, "to_json"): _to_json,
    (list, "to_list"): clone,
    (list, "to_json"): _to_json,
    **{(str, pad.__name__): _padding(pad) for pad in (str.center, str.ljust, str.rjust, str.zfill)},
    **{(str, each.__name__): _stripping(each) for each in (str.strip, str.lstrip, str.rstrip)},
}
