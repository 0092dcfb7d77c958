"""The operators of expressions, each refusing what would take too long or grow too big."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .budget import POINTER, LimitExceeded, budget, pay_for, ticking
from .values import is_branch, is_sequence, printable, walked, weigh

_MAX_SHIFT = 10_000  # bits, as simpleeval has it
_MAX_BITS = 1_000_000  # of a number: to multiply up to it takes less than 0.1 s
_MAX_WIDTH = 10_000  # characters that a format may fill up to
_LONGEST_NUMBER = 20  # digits of a width; more are refused unread
Operator: TypeAlias = Callable[[Any, Any], Any]
"""It takes what each operand's type makes of it."""

_CONVERSION = re.compile(r"%[#0\- +]*\d*(?:\.\d*)?")


def formatted(value: object, spec: str) -> str:
    """Return what `format` gives, within the budget."""
    check_width(spec)
    return format(value, spec)


def check_width(spec: str) -> None:
    """Pay for the widths in a format; refuse enormous ones, such as `%9999999d`."""
    for digits in re.findall(r"\d+", spec):
        if len(digits) > _LONGEST_NUMBER or int(digits) > _MAX_WIDTH:
            raise LimitExceeded(f"The format '{spec[:40]}' is wider than {_MAX_WIDTH}")
        pay_for(int(digits))


def add(left: Any, right: Any) -> Any:
    """Return `left + right`."""
    if hasattr(left, "__len__") and hasattr(right, "__len__"):
        pay_for(len(left) + len(right), _item_size(left))
    return left + right


def _multiply(left: Any, right: Any) -> object:
    for sequence, times in ((left, right), (right, left)):
        if hasattr(sequence, "__len__") and isinstance(times, int):
            pay_for(len(sequence) * max(times, 0), _item_size(sequence))
    _check_bits(_bits(left) + _bits(right))
    return left * right


def _power(base: Any, exponent: Any) -> object:
    if isinstance(exponent, int) and _bits(base) * exponent > _MAX_BITS:
        raise LimitExceeded(f"Sorry! I don't want to evaluate {_short(base)} ** {_short(exponent)}")
    return base**exponent


def _shifting(shift: Operator, sign: str) -> Operator:
    def shifted(value: Any, by: Any) -> object:
        if abs(by) > _MAX_SHIFT or _bits(abs(value)) > _MAX_SHIFT:
            raise LimitExceeded(
                f"Sorry! I don't want to evaluate {_short(value)} {sign} {_short(by)}"
            )
        return shift(value, by)

    return shifted


def _short(number: object) -> str:
    return str(number) if _bits(number) <= _MAX_SHIFT else "(a huge number)"


def _dividing(divide: Operator) -> Operator:
    def divided(left: object, right: object) -> object:
        _check_bits(max(_bits(left), _bits(right)))
        return divide(left, right)

    return divided


def _modulo(left: Any, right: Any) -> object:
    if isinstance(left, bytes):
        raise LimitExceeded("Bytes can't be formatted with %")
    if isinstance(left, str):
        if "*" in left:
            raise LimitExceeded("Widths taken from arguments (*) are not allowed in % formats")
        # Names in brackets may hold brackets: then every number in the text counts as a width.
        check_width(left if "%(" in left else " ".join(_CONVERSION.findall(left)))
        printable(right)
        pay_for(len(left) + left.count("%") * weigh(right))
    _check_bits(max(_bits(left), _bits(right)))
    return left % right


def _item_size(sequence: object) -> int:
    return 1 if isinstance(sequence, str | bytes) else POINTER


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _check_bits(bits: int) -> None:
    if bits > _MAX_BITS:
        raise LimitExceeded("Sorry! That number is too high")


def _comparing(compare: Operator) -> Operator:
    # A comparison walks both sides together, so the smaller bounds the work.
    def compared(left: object, right: object) -> object:
        if is_branch(left):
            walked(left)
        return compare(left, right)

    return compared


def _contains(container: Any, item: object) -> bool:
    # One comparison may take as long as its texts are long, so the clock is looked at in between.
    if is_sequence(container):
        return any(item is each or item == each for each in ticking(container))
    return operator.contains(container, item)


def _merging(merge: Operator) -> Operator:
    def merged(left: object, right: object) -> object:
        if is_branch(left) and is_branch(right):
            budget().allocate((len(left) + len(right)) * POINTER)
        return merge(left, right)

    return merged


_plain: Any = operator  # its functions take what each operand's type makes of them
BINARY: Mapping[type[ast.operator], Operator] = {
    ast.Add: add,
    ast.Sub: _merging(_plain.sub),
    ast.Mult: _multiply,
    ast.Div: _dividing(_plain.truediv),
    ast.FloorDiv: _dividing(_plain.floordiv),
    ast.Mod: _modulo,
    ast.Pow: _power,
    ast.LShift: _shifting(_plain.lshift, "<<"),
    ast.RShift: _shifting(_plain.rshift, ">>"),
    ast.BitXor: _merging(_plain.xor),
    ast.BitOr: _merging(_plain.or_),
    ast.BitAnd: _merging(_plain.and_),
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], object]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
COMPARE: Mapping[type[ast.cmpop], Operator] = {
    ast.Eq: _comparing(operator.eq),
    ast.NotEq: _comparing(operator.ne),
    ast.Gt: _comparing(operator.gt),
    ast.Lt: _comparing(operator.lt),
    ast.GtE: _comparing(operator.ge),
    ast.LtE: _comparing(operator.le),
    ast.In: _comparing(lambda item, container: _contains(container, item)),
    ast.NotIn: _comparing(lambda item, container: not _contains(container, item)),
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
