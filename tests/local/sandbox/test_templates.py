"""What templates may do, and how those end that would take all time or memory."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from julep.local.errors import BadRequest
from julep.local.sandbox.templates import render

_NAMES: dict[str, Any] = {"agent": {"name": "Ada", "tags": ["b", "a"]}, "user": None}

_GOOD = [
    ("{{ agent.name.upper() }}", "ADA"),
    ("{{ agent['name'].replace('A', 'b') }}", "bda"),
    ("{{ agent.tags | sort | join(', ') }}", "a, b"),
    ("{{ [{'a': 1}, {'a': 2}] | join('-', attribute='a') }}", "1-2"),
    ("{{ 5000000 | tojson }} {{ {'a': [1]} | tojson }}", '5000000 {"a": [1]}'),
    ("{{ '%05.1f' | format(3.14159) }} {{ '{:>3}|'.format(1) }}", "003.1   1|"),
    ("{{ 'a b' | title | replace('A', 'Q') }}", "Q B"),
    ("{{ 'a\\nb' | indent(2) }}", "a\n  b"),
    ("{{ 'aa bb cc' | wordwrap(5) }}", "aa bb\ncc"),
    ("{{ [1, 2, 3] | sum }} {{ [1, 2, 3] | select('gt', 1) | list }}", "6 [2, 3]"),
    ("{{ range(3) | map('string') | join }}", "012"),
    ("{{ 7 // 2 + 7 % 4 + 2 ** 3 + 1 / 2 }} {{ 'x' ~ 1 ~ [2] }}", "14.5 x1[2]"),
    ("{{ user is none and 1 < 2 < 3 and 'a' in 'cat' }}", "True"),
    (
        "{{ 10000000**2 }} {{ 5000000**1.5 }} {{ dict(self=1) }}",
        "100000000000000 11180339887.49895 {'self': 1}",
    ),
    (
        "{{ ' abba '.strip() }} {{ 'abcba'.strip('bab') }} {{ 'xxa'.lstrip('x') }} {{ '1' .rstrip('1') }}",
        "abba c a ",
    ),
    ("{{ ('a' * 1000000).lstrip('b' * 900000 ~ 'a') | length }}", "0"),
    ("{% block t %}b{% endblock %}{{ self.t() }}{{ self.u is defined }}", "bbFalse"),
    ("{{ missing | default('d') }} {{ ('<b>' | e).lower() }}", "d &lt;b&gt;"),
    ("{{ time.strptime('2020', '%Y').tm_year }}", "2020"),
]
_NESTED = (
    "{% set f = [[[[[[0] * 50] * 50] * 50] * 50] * 50] * 50 %}"
    "{% set g = [[[[[[0] * 50] * 50] * 50] * 50] * 50] * 50 %}"
)
_BOMBS = [
    "{{ lipsum(n=1000000) }}",
    "{{ ('a' * 1000000) | wordwrap(1) }}",
    "{{ ('a ' * 20000) | wordwrap(1, wrapstring='x' * 40000) }}",
    "{{ ('<!---->' * 140000) | striptags }}",
    "{{ {'a': 1} | tojson(indent=100000000) }}",
    "{{ ('\\n' * 1000000) | indent(1000000) }}",
    "{{ range(1000000) | join('x' * 1000000) }}",
    "{{ range(999999)" + " | map('string') | map('upper')" * 30 + " | join }}",
    "{{ range(200000) | batch(1) | list | sum(start=[]) }}",
    "{{ range(450000) | list | pprint }}",
    "{{ 1 | round(-1000000000) }}",
    "{% set n = namespace(x=2 ** 900000) %}{% for i in range(40) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{{ ('é' * 100000).encode('punycode') }}",
    "{{ ('a' | attr('encode'))('idna') }}",
    "{{ (1).to_bytes(1000000000, 'big') }}",
    "{{ ('a' | safe).center(10000000000) }}",
    "{{ time.strptime('1', ' %%' * 400000) }}",
    _NESTED + "{{ f }}",
    _NESTED + "{{ f | string }}",
    _NESTED + "{{ f ~ g }}",
    _NESTED + "{{ f == g }}",
    _NESTED + "{{ f is eq(g) }}",
]


@pytest.mark.parametrize(("source", "text"), _GOOD)
def test_templates_use_filters_methods_and_modules(source: str, text: str) -> None:
    """Ordinary templates render as in plain Jinja."""
    assert render(source, _NAMES) == text


@pytest.mark.parametrize("source", _BOMBS, ids=lambda source: source[-50:])
def test_what_takes_all_time_or_memory_is_refused(source: str) -> None:
    """Filters, tests, methods and operators end in an error before they do harm."""
    with pytest.raises(BadRequest, match="Template"):
        render(source, _NAMES)


def test_what_a_template_writes_has_a_limit() -> None:
    """It is counted while it is written, not when all of it is there."""
    with pytest.raises(BadRequest, match="writes more than"):
        render("{% for x in range(30) %}{{ 'a' * 100000 }}{% endfor %}", {})


@pytest.mark.parametrize(
    "tag",
    [
        "{% include self %}",
        "{% include 'a' ignore missing %}",
        "{% import 'a' as b %}",
        "{% from 'a' import b %}",
        "{% extends 'a' %}",
    ],
)
def test_other_templates_are_refused_by_name(tag: str) -> None:
    """A template is all there is."""
    kind = tag.split()[1].replace("from", "fromimport")
    with pytest.raises(BadRequest, match=f"{kind} takes another template, and there are none here"):
        render(tag, {})


def test_errors_of_one_word_have_their_kind() -> None:
    """A key alone says nothing."""
    with pytest.raises(BadRequest, match="Template error: KeyError: 'b'"):
        render("{{ '%(b)s' % {'a': 1} }}", {})


def test_a_closed_method_is_named() -> None:
    """The error says which method can't be used."""
    with pytest.raises(BadRequest, match="to_bytes"):
        render("{{ (1).to_bytes(2, 'big') }}", _NAMES)


def test_values_with_open_methods_keep_them() -> None:
    """Dates and the like are no plain values, and can be asked what they can."""
    names = {"day": dt.date(2024, 1, 2)}
    assert render("{{ day.strftime('%d/%m') }} {{ day.isoformat() }}", names) == "02/01 2024-01-02"
