"""What templates may reach, and that nothing else can be read, printed or changed."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from julep.local.errors import BadRequest
from julep.local.sandbox.templates import render

_NAMES: dict[str, Any] = {"agent": {"name": "Ada", "tags": ["a", "b"]}, "user": None, "n": 1}
SECRET = "A_SECRET"
_ENVIRONMENT = f"__wrapped__.__globals__[json].codecs.sys.modules[os].environ[{SECRET}]"
FORBIDDEN = re.compile(r"s3cr3t|<class|<built-in|<bound|<module '| object at |0x[0-9a-f]{6}")

ESCAPES = [
    # Fields of the objects that stand for types, modules and functions.
    "{{ str.type.format('{0." + _ENVIRONMENT + "}', load_json) }}",
    "{{ str.type }}{{ str.call }}{{ int.type }}{{ json.members }}{{ json.name }}{{ json.call }}",
    "{{ load_json._call }}{{ load_json.call }}{{ load_json.__wrapped__ }}",
    "{{ load_json.__globals__ }}{{ load_json.__code__ }}{{ load_json.__closure__ }}",
    "{{ str.method('upper') }}",
    "{{ str.format('{0.__class__}', 1) }}",
    "{{ str.format_map('{a.__class__}', {'a': 1}) }}",
    "{{ int.type.from_bytes('A'.encode(), 'big') }}",
    "{{ int.from_bytes('A'.encode(), 'big') }}",
    "{{ bytes.fromhex('41') }}",
    "{{ datetime.datetime.__subclasses__() }}",
    "{{ datetime.datetime.datetime.call }}{{ datetime.timedelta.type }}{{ datetime.timedelta }}",
    "{{ random.choice.__self__ }}{{ random._inst }}{{ random.Random }}{{ random.seed }}",
    "{{ math.__loader__ }}{{ re.compile }}{{ csv.io }}{{ urllib.request }}{{ yaml.unsafe_load }}",
    "{{ load_yaml('!!python/object/apply:os.getcwd []') }}",
    # Format strings, however they are reached.
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{0[__class__]}'.format(1) }}",
    "{{ '{a.__class__.__mro__}'.format(a=1) }}",
    "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "{{ '{0.__class__!r:>9}'.format(1) }}",
    "{{ '{:{0.__class__}}'.format(1) }}",
    "{{ ('{0.__class__}' | safe).format(1) }}",
    "{{ ('{0.__class__}' | attr('format'))(1) }}",
    "{{ '{0.__class__}'['format'](1) }}",
    "{{ list(map('{0." + _ENVIRONMENT + "}'.format, [load_json])) }}",
    "{{ list(map('{0._call}'.format, [load_json])) }}",
    "{{ ['{0.__class__}'.format] | map('string') | list }}",
    "{% set f = '{0.__class__}'.format %}{{ f(agent) }}",
    "{{ reduce('{0.__class__}{1}'.format, [1, 2]) }}",
    "{{ '%(a)s' % {'a': load_json} }}{{ '%r' | format(json) }}{{ '%s' % str }}",
    "{{ '{!r} {!s} {}'.format(load_json, json, str) }}",
    # Underscores, in every spelling.
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}{{ ''['__cla' ~ 'ss__'] }}{{ ''['__cla' 'ss__'] }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}{{ ''['\\u005f_class__'] }}",
    "{{ '' | attr('__class__') }}{{ '' | attr('__cla' ~ 'ss__') }}{{ '' | attr('__CLASS__' | lower) }}",
    "{{ '' | attr(('_' * 2) ~ 'class' ~ ('_' * 2)) }}",
    "{{ ''.\uff3f\uff3fclass\uff3f\uff3f }}{{ ''['\uff3f_class__'] }}",
    "{{ (1).__class__ }}{{ 1.5.__class__ }}{{ true.__class__ }}{{ none.__class__ }}{{ [].__class__ }}",
    "{{ {}.__class__ }}{{ ().__class__ }}{{ (1).__add__ }}{{ [].__reduce_ex__(2) }}",
    "{{ ''.join.__self__ }}{{ ''.join.__func__ }}{{ agent.get.__self__ }}",
    "{{ ['x'] | map(attribute='__class__') | list }}",
    "{{ ['x'] | map('attr', '__class__') | list }}",
    "{{ ['x'] | groupby('__class__') }}",
    "{{ ['x', 'y'] | sort(attribute='__class__') }}",
    "{{ ['x'] | sum(attribute='__class__', start='') }}",
    "{{ ['x'] | min(attribute='__class__') }}{{ ['x'] | unique(attribute='__class__') | list }}",
    "{{ ['x'] | selectattr('__class__') | map(attribute='__class__.__base__') | list }}",
    "{{ [agent] | join(attribute='__class__') }}",
    "{{ agent | dictsort | map(attribute='0.__class__') | list }}",
    # Jinja's own objects.
    "{{ cycler.__init__.__globals__.os.environ }}",
    "{{ joiner.__init__.__globals__ }}{{ namespace.__init__.__globals__ }}{{ cycler._call }}",
    "{{ cycler(1) }}{{ cycler(1).__class__ }}{{ cycler(1).items }}{{ joiner() }}{{ joiner().sep }}",
    "{{ namespace().__class__ }}{{ namespace()._Namespace__attrs }}{{ namespace(a=1).__init__ }}",
    "{{ namespace(a=load_json) }}{{ [namespace(a=str.type)] }}",
    "{{ lipsum.__globals__.os.environ }}",
    "{{ lipsum }}",
    "{{ self }}{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{% block a %}{{ self.a._stack }}{{ self.a }}{% endblock %}",
    "{% block a %}{{ super.__init__ }}{{ super() }}{% endblock %}",
    "{% macro m() %}{% endmacro %}{{ m._environment }}{{ m._func }}{{ m.__call__ }}",
    "{% macro m() %}{{ caller.__class__ }}{{ caller._func }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{{ varargs.__class__ }}{{ kwargs.__class__ }}{% endmacro %}{{ m(1, a=2) }}",
    "{% for x in [1] %}{{ loop.__class__ }}{{ loop._iterable }}{{ loop._undefined }}{% endfor %}",
    "{% for x in [1] %}{{ loop.cycle }}{{ loop.changed.__self__ }}{% endfor %}",
    "{% for x in [1] recursive %}{{ loop._recurse }}{{ loop.__call__ }}{% endfor %}",
    "{% for g in [agent] | groupby('name') %}{{ g._asdict() }}{{ g.__class__ }}{% endfor %}",
    "{% for g in [agent] | groupby('name') %}{{ g._replace }}{{ g._make }}{{ g._fields }}{% endfor %}",
    "{{ nobody.__class__ }}",
    "{{ (nobody | default).__class__ }}{{ agent.nothing._undefined_obj }}",
    "{{ agent.nothing._fail_with_undefined_error.__globals__ }}",
    "{{ ('x' | safe).__html__ }}{{ ('x' | e).escape }}{{ ('x' | e).unescape }}{{ ('x' | e).__class__ }}",
    "{{ ('%s' | safe) % load_json }}{{ ('{}' | e).format(json) }}",
    # Python's own objects that values lead to.
    "{{ ([1] | map('string')).gi_frame.f_globals }}{{ [1] | map('string') }}",
    "{{ [[1] | map('string'), zip([1]), enumerate([1]), map(str, [1])] }}",
    "{{ [1] | map('string') ~ '' }}{{ '%s' % ([1] | map('string')) }}",
    "{{ '{}'.format(zip([1])) }}{{ zip([1]) | string }}{{ [zip([1])] | join }}{{ str(zip([1])) }}",
    "{{ agent.items().mapping }}{{ agent.items.__self__ }}",
    "{{ re.search('a', 'a').re }}{{ re.search('a', 'a').expand('x') }}{{ re.search('a', 'a') }}",
    "{{ datetime.datetime.now().__class__ }}{{ datetime.datetime.now().strptime }}",
    "{{ datetime.timezone.utc.__class__ }}{{ datetime.timezone.utc.__reduce__() }}",
    "{{ urllib.parse.urlparse('http://a').__class__ }}{{ urllib.parse.urlparse('http://a')._replace }}",
    "{{ range(3).__class__ }}{{ range(3).start.__class__ }}",
    # What tags and filters bring in.
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import environ %}",
    "{% include 'os' %}",
    "{% include ['/etc/passwd'] ignore missing %}",
    "{% extends 'base' %}",
    "{% extends self %}",
    "{% trans %}a{% endtrans %}",
    "{% do agent.clear() %}",
    "{% debug %}",
    "{{ (x for x in [1]) }}",
    "{{ (lambda: 1)() }}",
    "{{ load_json | tojson }}{{ json | pprint }}{{ str | xmlattr }}",
    "{{ 'a'.to_bytes }}{{ (1).to_bytes(2, 'big') }}",
    "{{ 'punycode' | attr('encode') }}{{ 'é'.encode('idna') }}",
    "{{ context }}{{ environment }}{{ resolve }}{{ undefined }}{{ missing }}{{ l_0_agent }}{{ root }}",
    "{{ __builtins__ }}{{ __import__('os') }}{{ open('/etc/passwd') }}{{ eval('1') }}{{ globals() }}",
    "{% set json.x = 1 %}",
    "{% set cycler.x = 1 %}",
    "{% with agent = agent.__class__ %}{{ agent }}{% endwith %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
    "{% set x | attr('__class__') %}x{% endset %}{{ x }}",
    # Changes to what other requests see.
    "{{ agent.update({'name': 'Eve'}) }}",
    "{{ agent.tags.append('c') }}{{ agent.tags.sort(reverse=true) }}",
    "{{ agent.pop('name') }}",
    "{{ agent.setdefault('new', 1) }}",
    "{{ agent.clear() }}",
    "{{ agent['update']({'name': 'Eve'}) }}",
    "{{ (agent | attr('update'))({'name': 'Eve'}) }}",
    "{{ dict.update(agent, {'name': 'Eve'}) }}",
    "{{ dict.type.update(agent, {'name': 'Eve'}) }}",
    "{{ list.append(agent.tags, 'c') }}{{ list.clear(agent.tags) }}",
    "{{ list(map(agent.tags.append, ['c'])) }}",
    "{% set agent.name = 'Eve' %}",
    "{{ agent.tags.extend.__self__ }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_templates_reach_nothing_that_is_not_listed(
    monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """A template that asks for more gets an error or nothing, and changes nothing."""
    monkeypatch.setenv(SECRET, "s3cr3t")
    names = deepcopy(_NAMES)
    try:
        written = render(source, names)
    except BadRequest as error:
        written = str(error)
    assert not FORBIDDEN.search(written), written
    assert names == _NAMES


@pytest.mark.parametrize(
    "source",
    [
        "{{ cycler(1).items }}{{ cycler(1).pos }}{{ joiner().sep }}{{ joiner().used }}",
        "{% macro m() %}{% endmacro %}{{ m.explicit_caller }}",
        "{{ json.members }}{{ json.name }}{{ str.call }}{{ load_json.call }}",
        "{{ datetime.timedelta.type }}{{ range(3).start }}{{ 'a'.to_bytes }}",
    ],
)
def test_public_attributes_are_closed_too_unless_listed(source: str) -> None:
    """It takes no underscore to be private."""
    assert render(source, {}) == ""


def test_only_what_was_handed_out_can_be_called() -> None:
    """A function of Python's is none of a template's, wherever it comes from."""
    for source in ("{{ f([1]) }}", "{% set g = f %}{{ g([1]) }}", "{{ f | attr('__call__') }}"):
        try:
            assert render(source, {"f": len}) == ""
        except BadRequest as error:
            assert "is not a function" in str(error)  # noqa: PT017 - either will do


def test_a_template_changes_nothing_for_the_next_one() -> None:
    """Names that are set, functions too, end with their template."""
    spoil = "{% set str = 1 %}{% set agent = 2 %}{% macro range() %}{% endmacro %}{{ str }}"
    assert render(spoil, deepcopy(_NAMES)) == "1"
    assert render("{{ str(5) }}{{ agent.name }}{{ range(2) | list }}", _NAMES) == "5Ada[0, 1]"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for x in 'ab' %}{{ loop.index }}/{{ loop.length }}{{ x }} {% endfor %}", "1/2a 2/2b "),
        (
            "{% for x in [1, 1] %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x) }}{% endfor %}",
            "aTruebFalse",
        ),
        (
            "{% for x in 'abc' %}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.last }} {% endfor %}",
            "bFalse acFalse bTrue ",
        ),
        (
            "{% set ns = namespace(n=0) %}{% for x in 'ab' %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
            "2",
        ),
        (
            "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}",
            "abba",
        ),
        ("{% set j = joiner('-') %}{% for x in 'ab' %}{{ j() }}{{ x }}{% endfor %}", "a-b"),
        (
            "{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(1) %}!{% endcall %}{{ m.name }}",
            "12!m",
        ),
        (
            "{% for x in [[1, [2]]] recursive %}{% if x is iterable %}{{ loop(x) }}{% else %}{{ x }}{% endif %}{% endfor %}",
            "12",
        ),
        (
            "{% for g in [{'a': 1}, {'a': 2}] | groupby('a') %}{{ g.grouper }}{{ g.list | length }}{% endfor %}",
            "1121",
        ),
        (
            "{{ '{0[a]} {1.name} {b:>3}|{c!r}'.format({'a': 1}, agent, b=2, c='x') }}",
            "1 Ada   2|'x'",
        ),
        (
            "{{ [1, 2, 3, 4][1:3] }} {{ 'abc'[::-1] }} {{ agent.tags[-1] }} {{ agent.tags.0 }}",
            "[2, 3] cba b a",
        ),
        (
            "{{ agent | attr('nothing') }}|{{ agent.nothing }}|{{ agent['nothing'] }}|{{ 'x'.nothing }}",
            "|||",
        ),
        (
            "{{ agent.items() | list }} {{ agent.get('x', 1) }}",
            "[('name', 'Ada'), ('tags', ['a', 'b'])] 1",
        ),
        ("{{ '%s-%03d' | format('a', 7) }} {{ '%(a)s' | format(a=1) }}", "a-007 1"),
        (
            "{% for k, v in {'b': 1}.items() %}{{ k }}{{ v }}{% endfor %}{% for x in [] %}{% else %}e{% endfor %}",
            "b1e",
        ),
        (
            "{{ ('<b>' | e) ~ ('a' | safe).upper() }} {{ ['b', 'a'] | sort | first }}",
            "&lt;b&gt;A a",
        ),
        (
            "{{ namespace(a=[1]) }}{{ [str, json, ''.join] }}",
            "<namespace>[<function str>, <module json>, <function join>]",
        ),
    ],
)
def test_what_is_listed_works(source: str, text: str) -> None:
    """Loops, namespaces, cyclers, joiners, macros, groups and formats work as in plain Jinja."""
    assert render(source, deepcopy(_NAMES)) == text
