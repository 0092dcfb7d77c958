"""Markdown made of HTML and HTML made of Markdown."""

from __future__ import annotations

import pytest

from julep.local.sandbox.to_html import markdown_to_html
from julep.local.sandbox.to_markdown import html_to_markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h1>T</h1><h2>ab c</h2>text<h3>x</h3>", "T\n=\n\nab c\n----\n\ntext\n\n### x"),
        ("<p>a</p> \n <p>b<br>c</p><hr/>", "a\n\nb  \nc\n\n---"),
        ("<ul>\n<li>a<ul><li>b</li></ul></li>\n<li>c</li></ul>", "* a\n  + b\n* c"),
        ("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"),
        ("<i>i</i>1 <b> b </b>", "*i*1 **b**"),
        ("<pre><code>x = 1\n\n\n  y_z</code></pre>", "```\nx = 1\n\n\n  y_z\n```"),
        ("a <code>b_c</code> d_e", "a `b_c` d\\_e"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<table><tr><td>a</td></tr></table>", "|  |\n| --- |\n| a |"),
        ("<blockquote>q<p>r</p></blockquote>", "> q\n>\n> r"),
        ('<a href="u" title="t">x</a> <img src=s alt="q">', '[x](u "t") ![q](s)'),
        ("<!-- <b>no</b> --><script>no()</script>yes &amp; <b>un", "yes & **un**"),
        ("</b>a<", "a<"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    """Blocks, lists, tables, code and inline marks read as the self-hosted server writes them."""
    assert html_to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# T\ntext", "<h1>T</h1>\n\n<p>text</p>\n"),
        ("T\n=\nS\n---", "<h1>T</h1>\n\n<h2>S</h2>\n"),
        ("- a\n    - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("- a\n\n- b", "<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>\n"),
        (
            "> q\n\n***\n\n    c <x>",
            (
                "<blockquote>\n  <p>q</p>\n</blockquote>\n\n<hr />\n\n"
                "<pre><code>c &lt;x&gt;\n</code></pre>\n"
            ),
        ),
        (
            "a **b** *c* `d<e` [l](u) & 1 < 2  \n__s__ a_b_c",
            (
                '<p>a <strong>b</strong> <em>c</em> <code>d&lt;e</code> <a href="u">l</a> '
                "&amp; 1 &lt; 2<br />\n<strong>s</strong> a_b_c</p>\n"
            ),
        ),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    """Blocks stand apart by an empty line, and what is no mark is escaped."""
    assert markdown_to_html(markdown) == html
