"""F-strings, which are those of Python 3.12 whatever runs the server."""

from __future__ import annotations

import pytest

from julep.local.sandbox.expressions import EvaluateError, evaluate

_NAMES = {"_": {"k": "v", "n": 3, "xs": ["a", "b"]}}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (r"""f"{'\n'.join(_.xs)}" """, "a\nb"),
        ('f"x{_["k"]}"', "xv"),
        ('f"{f"{f"{_.n}"}"}"', "3"),
        ('f"""{"""a"""}"""', "a"),
        ('f"{_.n  # three\n}"', "3"),
        ("f'{\n_.n\n}'", "3"),
        ("f'''a\n{_['k']} 'b' \"c\" '''", "a\nv 'b' \"c\" "),
        ('f"{_.k!r:>{_.n}}|{_.n:0{_.n}}|{3.14159:.2f}"', "  v|003|3.14"),
        ('f"{_.n=}"', "_.n=3"),
        ('f"{_.n == 3}{_.n != 3}{_.n >= 3}"', "TrueFalseTrue"),
        ("f'{_.n:=^5}'", "==3=="),
        ('f"{{{_.n}}}"', "{3}"),
        (r'f"\{_.n}"', "\\3"),
        (r'rf"\d{_.n}"', r"\d3"),
        (r'f"\N{BULLET}{_.n}\x41"', "•3A"),
        ('"a" f"{_.n}" "b"', "a3b"),
        ("f\"{'a' 'b'}\"", "ab"),
        ('f"{ {1: 2}[1] }{_.xs[1:]}"', "2['b']"),
        ('f"{_.n}"if _.n else"x"', "3"),
        ('f"{[f"<{x}>" for x in _.xs]}"', "['<a>', '<b>']"),
        ('"f" + "{"', "f{"),
    ],
)
def test_fields_hold_any_expression(code: str, text: str) -> None:
    """The quotes around, backslashes, comments and line ends may stand in a field."""
    assert evaluate(f"$ {code}", _NAMES) == text


@pytest.mark.parametrize(
    "code",
    [
        'f"{"',
        'f"{}"',
        'f"{ # c\n}"',
        'f"}"',
        'f"a',
        'f"a\nb"',
        'f"{_.n!z}"',
        'f"{_.n)(1}"',
        'f"{x for x in _.xs}"',
        'f"{lambda x: 1}"',
        'f"{1:{2:{3:{4}}}}"',
        'f"{1\\}"',
        'dict(f"a"=1)',
        '_.f"a"',
        '_ f"a"',
        'b"a" f"b"',
        't"{_.n}"',
        "[*x for x in [_.xs]]",
    ],
)
def test_what_python_3_12_refuses_is_refused(code: str) -> None:
    """What is no f-string there, and what newer Pythons add, fails on every host."""
    with pytest.raises(EvaluateError):
        evaluate(f"$ {code}", _NAMES)
