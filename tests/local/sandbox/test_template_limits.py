"""Templates that try to fill the memory, to last, or to break what compiles them."""

from __future__ import annotations

import anyio
import pytest

from julep.local.errors import BadRequest
from julep.local.sandbox import isolated

_DEEP = "{% set f = [[[[[[0] * 50] * 50] * 50] * 50] * 50] * 50 %}"
_LAYERS = (
    "{% set ns = namespace(v=[0]) %}{% for i in range(60) %}{% set ns.v = [ns.v] %}{% endfor %}"
)
_PAIRS = "{% set ns = namespace(v=(1,)) %}{% for i in range(60) %}{% set ns.v = (ns.v, ns.v) %}{% endfor %}"
_NOT_COUNTED = "{% set a = 'a' * 2000000 %}"

GREEDY = {
    # Text and lists that multiply.
    "product": "{{ 'a' * 10**9 }}",
    "product of a list": "{{ ([0] * 10**8) | length }}",
    "products in a row": "{{ 'a' * 300000 }}" * 3,
    "doubling text": "{% set n = namespace(v='a') %}{% for i in range(40) %}{% set n.v = n.v ~ n.v %}{% endfor %}",
    "doubling a list": "{% set n = namespace(v=[1]) %}{% for i in range(40) %}{% set n.v = n.v + n.v %}{% endfor %}",
    "doubling a nested list": "{% set n = namespace(v=[1]) %}{% for i in range(40) %}{% set n.v = [n.v, n.v] %}{% endfor %}{{ n.v }}",
    "slices": _NOT_COUNTED + "{% set x = [" + "a[:-1]," * 50 + "] %}",
    "list slices": "{% set a = [0] * 100000 %}{% set x = [" + "a[:]," * 100 + "] %}",
    "loop": "{% for i in range(999999) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}",
    "padding": "{{ 'a' | center(10**9) }}",
    "padding by method": "{{ 'a'.ljust(10**9) }}",
    "zeros": "{{ '1'.zfill(10**9) }}",
    "zeros, unbound": "{{ str.zfill('1', 10**9) }}",
    "zeros, mapped": "{{ list(map('1'.zfill, [10**9])) }}",
    "tabs": "{{ ('\\t' * 1000).expandtabs(10**9) }}",
    "join": "{{ range(100000) | join('x' * 1000000) }}",
    "join by method": "{{ ('x' * 1000000).join(['a'] * 100000) }}",
    "replace": "{{ ('a' * 1000000) | replace('a', 'b' * 1000) }}",
    "replace by method": "{{ ('a' * 1000000).replace('', 'b' * 1000) }}",
    "translate": "{{ ('a' * 1000000).translate({97: 'b' * 1000}) }}",
    "indent": "{{ ('\\n' * 100000) | indent(10**6) }}",
    "wrap": "{{ ('a' * 40000) | wordwrap(1, wrapstring='b' * 40000) }}",
    "batch": "{{ [1] | batch(10**9, 0) | list }}",
    "slice": "{{ [1] | slice(10**9) | list }}",
    "json": "{{ ([[0]] * 20000) | tojson(indent=10000) | length }}",
    "json of layers": _LAYERS + "{{ ([ns.v] * 1000) | tojson(indent=30) | length }}",
    "json by function": _LAYERS + "{{ dump_json([ns.v] * 1000, indent=30) | length }}",
    "layout": "{{ ([0] * 100000) | pprint }}",
    "written out": _DEEP + "{{ f }}",
    "written by a filter": _DEEP + "{{ f | string | length }}",
    "written unbound": _DEEP + "{{ str.upper(f) }}",
    "written by format": _DEEP + "{{ '{}'.format(f) }}",
    "written by percent": _DEEP + "{{ '%s' % [f] }}",
    "written by joining": _DEEP + "{{ [f] | join }}",
    "written through views": _DEEP + "{{ {'a': f}.items() }}",
    "written as attributes": _DEEP + "{{ {'a': f} | xmlattr }}",
    "width": "{{ '{:99999}'.format(1) }}",
    "width from a value": "{{ '{:{w}}'.format(1, w=999999999) }}",
    "width from a text": "{{ '{:{w}}'.format(1, w='999999999') }}",
    "width in a tuple": "{{ '%*d' % (999999999, 1) }}",
    "width in a filter": "{{ '%999999999d' | format(1) }}",
    "width behind zeros": "{{ '%000000000999999999d' % 1 }}",
    "widths in a row": "{{ (['%9999d'] * 100000) | map('format', 1) | list | length }}",
    "width of bytes": "{{ 'a'.encode() % 1 }}",
    "fields": "{{ ('{0}' * 1000).format('a' * 100000) }}",
    "percents": "{{ ('%(a)s' * 1000) | format(a='a' * 100000) }}",
    "power": "{{ 9**(9**9) }}",
    "product of numbers": "{% set n = namespace(v=2**900000) %}{% for i in range(9) %}{% set n.v = n.v * n.v %}{% endfor %}",
    "rounding": "{{ 1 | round(-10**9) }}",
    "range": "{{ range(10**9) | list }}",
    "yaml": "{{ load_yaml('[' * 100000) }}",
    "times": "{{ time.strptime('1', ' %%' * 400000) }}",
    "quantiles": "{{ statistics.quantiles([1, 2], n=10**9) }}",
    "lorem": "{{ lipsum(n=10**6) }}",
    # Work that a comparison or a sort hides.
    "comparison": _DEEP + "{{ f == [f] }}",
    "membership": "{% set a = 'a' * 2000000 %}{{ (a ~ 'b') in [a ~ 'c'] * 100000 }}",
    "comparison by a test": _DEEP + "{{ f is eq([f]) }}",
    "change": _DEEP + "{% for x in [1, 2] %}{{ loop.changed([f]) }}{% endfor %}",
    "sort": "{{ ([0] * 999999) | sort | length }}",
    "groups": "{{ ([{}] * 999999) | groupby('a') | length }}",
    "key": _PAIRS + "{{ {ns.v: 1} }}",
    "key that is looked up": _PAIRS + "{{ {}[ns.v] }}",
    "key that is got": _PAIRS + "{{ {}.get(ns.v) }}",
    "key of a set": _PAIRS + "{{ set([ns.v]) }}",
    "key of a dict": _PAIRS + "{{ dict([(ns.v, 1)]) }}",
    "count": _PAIRS + "{{ [ns.v].count(ns.v) }}",
    "groups in a pattern": "{{ re.sub('a', '\\\\g<0>' * 10000, 'a' * 10000) }}",
    "sum of lists": "{{ ([[0]] * 99999) | sum(start=[]) | length }}",
    "marks": "{{ ('<!---->' * 10000) | striptags }}",
    # What would break the compiler, or the one of Python.
    "brackets": "{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}",
    "lists": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "signs": "{{ " + "-" * 50000 + "1 }}",
    "negations": "{{ " + "not " * 50000 + "1 }}",
    "attributes": "{{ a" + ".a" * 5000 + " }}",
    "filters": "{{ 1" + "|string" * 5000 + " }}",
    "calls": "{{ a" + "()" * 5000 + " }}",
    "conditions": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "literal": "{{ [" + "1," * 200000 + "] }}",
    "tags": "{{ 1 }}" * 20000,
    "blocks": "".join(f"{{% block b{i} %}}{{% endblock %}}" for i in range(20000)),
    "length": "{{ 1 }}" + "a" * 1_100_000,
    "recursive block": "{% block b %}{{ self.b() }}{% endblock %}",
    "blocks in blocks": "{% block b0 %}" + "a" * 1000 + "{% endblock %}" + "".join(f"{{% block b{i + 1} %}}{{% set x = self.b{i}() ~ self.b{i}() %}}{{{{ x }}}}{{% endblock %}}" for i in range(20)),
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
}  # fmt: skip


@pytest.mark.parametrize("source", GREEDY.values(), ids=GREEDY.keys())
def test_templates_that_take_too_much_are_refused(source: str) -> None:
    """They are refused before it is done, and the worker does the next one."""

    async def main() -> None:
        with pytest.raises(BadRequest, match="Template") as told:
            await isolated.render([source], {})
        assert "more time or memory" not in str(told.value)  # the system's limits had to help
        assert await isolated.render(["{{ 1 + 1 }}"], {}) == ["2"]

    anyio.run(main)


def test_messages_together_have_the_limits_of_one() -> None:
    """What one template may not be or write, several may not together."""

    async def main() -> None:
        for sources in (
            ["{{ 1 }}"] * 20_000,
            ["{{ 'a' * 200000 }}"] * 3,
            ["{{ 1 }}" + "a" * 90_000] * 20,
        ):
            with pytest.raises(BadRequest, match="Template"):
                await isolated.render(sources, {})

    anyio.run(main)


def test_text_without_tags_has_no_limit_of_templates() -> None:
    """What is no template is not evaluated, however long it is."""
    text = "a" * 2_000_000

    async def main() -> None:
        assert await isolated.render([text], {}) == [text]

    anyio.run(main)
