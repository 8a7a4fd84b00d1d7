"""Vendors' words made fit for a page: HTML without anything that runs, bounded, the same when given twice."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crossdock.core.listing_problems import Flaw
from crossdock.core.listing_text import MOST_HTML, html_mark, line, plain_text, safe_html, tag_list


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ('<p onclick="x()" class="hero" id="top">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener">x</a>'),
        ('<a href=" JaVaScRiPt:alert(1)">x</a>', '<a rel="nofollow noopener">x</a>'),
        ('<iframe src="https://a.example"></iframe>x', "x"),
        ("<style>p{display:none}</style>x", "x"),
        ("<svg><script>1</script></svg>x", "x"),
        ("<form><input name=a></form>x", "x"),
        ('<img src="https://a.example/b.jpg" onerror="x()">', '<img src="https://a.example/b.jpg">'),
        ('<img src="//a.example/b.jpg">', '<img src="https://a.example/b.jpg">'),
        ('<img src="/b.jpg" alt="b">', '<img alt="b">'),
        ('<img src="data:image/png;base64,AAAA">', "<img>"),
        (
            '<p style="text-align:center;position:fixed;background:url(https://a.example)">x</p>',
            '<p style="text-align:center">x</p>',
        ),
        ("<p>unclosed <b>bold", "<p>unclosed <b>bold</b></p>"),
        ("<table><tr><td colspan=2>x</table>", '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'),
        ("a &amp; b &lt;c&gt; é 日本", "a &amp; b &lt;c&gt; é 日本"),
        ("<!-- note -->x", "x"),
        ("", ""),
    ],
)
def test_html_is_made_safe(html: str, safe: str) -> None:
    assert safe_html(html) == (safe, ())


PIECES = st.lists(
    st.sampled_from(
        [
            *("<b>", "</b>", "<p>", "</p>", "<b id=1>", "<font color=red>", "<a href='//x.example'>", "</a>", "<td>"),
            *("<table>", "</table>", "<svg>", "</svg>", "<script>", "</script>", "<math>", "<style>", "<!--", "-->"),
            *("<img src=x onerror=y>", "&lt;", "&", "<", ">", "text", "\n", "'", '"', "<ul><li>", "<textarea>"),
        ]
    ),
    max_size=12,
)


@example(["<a href='//x.example'>", "<table>", "<a href='//x.example'>"])
@given(PIECES)
def test_what_was_made_safe_is_safe(pieces: list[str]) -> None:
    once, _ = safe_html("".join(pieces))
    assert safe_html(once)[0] == once
    assert "<script" not in once
    assert "onerror" not in once.replace("&lt;img src=x onerror", "")


def test_huge_html_is_cut_where_a_word_ends() -> None:
    html = "<p>word &amp; word</p>" * 100_000
    safe, (problem,) = safe_html(html)
    assert (problem.code, problem.seen["length"]) == (Flaw.HTML_CUT, len(html))
    assert 0.9 * MOST_HTML < len(safe) <= MOST_HTML + 100
    assert safe.endswith("</p>")
    assert len(safe_html("x" * 2_000_000)[0]) == MOST_HTML


def test_html_made_to_be_slow_is_quick_and_becomes_text() -> None:
    deep, (problem,) = safe_html("<div>" * 12_000 + "x")
    assert (deep, problem.code) == ("x", Flaw.HTML_TOO_DEEP)
    grown, _ = safe_html("<p>" + "".join(f"<b id={number}>" for number in range(400)) + "<p>x" * 12_000)
    assert len(grown) <= 20 * MOST_HTML


def test_a_mark_is_of_what_is_seen() -> None:
    assert html_mark("<p>a</p><p>b</p>") == html_mark("<p>a</p>\n  <p>b</p>")
    assert html_mark("<p class='x'>a</p>") == html_mark('<p class="x">a</p>')
    assert html_mark("<p>a</p>") != html_mark("<p>b</p>")


def test_plain_text() -> None:
    assert plain_text("<p>a</p><p>b\n c</p>") == "a b c"


def test_a_line_is_one_and_not_too_long() -> None:
    assert line(" a \n b ", "title") == ("a b", ())
    cut, (problem,) = line("é" * 300, "title")
    assert (len(cut), problem.code, problem.field) == (255, Flaw.TEXT_CUT, "title")


def test_tags_are_as_a_store_keeps_them() -> None:
    assert tag_list((" b ", "A", "a", "", "C")) == (("A", "b", "C"), ())
    many, (problem,) = tag_list(tuple(f"tag {number:04}" for number in range(300)))
    assert (len(many), problem.code, problem.seen) == (250, Flaw.TAGS_CUT, {"count": 300, "most": 250})
    assert tag_list(("x" * 256,))[1][0].code is Flaw.TAGS_CUT
