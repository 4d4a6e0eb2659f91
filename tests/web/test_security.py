"""What the last look at a finished page finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.web.security import CONTENT_SECURITY_POLICY, POLICIES, problems_in

PAGE = (
    "<!DOCTYPE html><html><head><meta http-equiv='Content-Security-Policy' "
    f'content="{CONTENT_SECURITY_POLICY}"></head><body>{{}}</body></html>'
)


@pytest.mark.parametrize(
    "html",
    [
        *("<", "<a", "<p title=a>", "<p title='<'>", "<p 'title'>", "<!-->", "<!--<-->", "<!---"),
        *("<![CDATA[x]]>", "<?xml?>", "</p title>", "<script/>", "<title/>", "<title>x", "<a/b>"),
        "<title><p></title>",
    ],
)
def test_what_programs_may_read_otherwise_is_found(html: str) -> None:
    """Nothing after it is looked at: the page is not published."""
    (problem,) = problems_in(PAGE.format(f"\n{html}"))
    assert problem.line == 2
    assert ("more than one way" in problem.message) or "does not end" in problem.message


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<script>alert(1)",
        "<script type='module'>alert(1)</script>",
        "<script type='application/ld+json'>alert(1)</script>",
        '<script type=\'application/ld+json\'>{"a": "<!--"}</script>',
        "<script type='application/ld+json' id='a'>{}</script>",
        "<script type='application/ld+json'>{}",
        "<script src='https://a.example/x.js'></script>",
        "<script src='//a.example/x.js'></script>",
        "<script src='\\\\a.example\\x.js'></script>",
        "<script src='data:text/javascript,alert(1)'></script>",
        "<img src='x' onerror='alert(1)'>",
        "<IMG SRC=x ONERROR=alert(1)>",
        "<img src='x'/onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='javascript:alert(1)' href='x'>x</a>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<a href=' &#1;javascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href='//a.example'>x</a>",
        "<form action='https://a.example'></form>",
        "<button formaction='https://a.example'>x</button>",
        "<img src='https://a.example/pixel.png'>",
        "<img srcset='https://a.example/pixel.png 1x'>",
        "<link rel='stylesheet' href='https://a.example/x.css'>",
        "<link rel='preload' href='https://a.example/x'>",
        "<style>p { color: red }</style>",
        "<p style='background: url(https://a.example)'>x</p>",
        "<iframe src='x'></iframe>",
        "<iframe srcdoc='x'></iframe>",
        "<object data='x'></object>",
        "<embed src='x'>",
        "<base href='https://a.example'>",
        "<meta http-equiv='refresh' content='0; url=javascript:alert(1)'>",
        "<meta http-equiv='set-cookie' content='a=b'>",
        "<svg><animate attributeName='href' values='javascript:alert(1)'/></svg>",
        "<svg><use href='data:image/svg+xml,x'/></svg>",
        "<math><mi>x</mi></math>",
        "<!--><script>alert(1)</script>-->",
        "<p id='a'>x</p><p id='a'>y</p>",
        "<title><script>alert(1)</script></title>x<script>alert(2)</script>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        '<script>location.replace("../a/" + location.search + (location.hash || "#b"))</script>',
    ],
)
def test_what_may_not_be_published_is_found(html: str) -> None:
    assert problems_in(PAGE.format(html))
    assert problems_in(PAGE.format(html.replace("'", '"')))


@pytest.mark.parametrize(
    "html",
    [
        "<p title=\"a 'quote' &lt;script&gt; javascript:x\">javascript:alert(1) onerror=x</p>",
        "<a href='https://a.example/?a=b&amp;c'>x</a><a href='mailto:a@a.example'>y</a>",
        "<a href='../x/#y'>x</a><img src='../_images/a.svg' alt='' width='4'>",
        "<script src='_static/a.js?v=1' defer></script>",
        "<script type='application/json' id='d'>{\"a\": \"\\u003cscript\"}</script>",
        "<script src='../permalinks.js' data-page='../a/' data-fragment=''></script>",
        "<noscript><meta http-equiv='refresh' content='0; url=../a/'></noscript>",
    ],
)
def test_what_pages_have_is_left_alone(html: str) -> None:
    assert problems_in(PAGE.format(html)) == []


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head></head><body></body></html>",
        PAGE.format("").replace("'none'", "'self'"),
        PAGE.format("").replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        PAGE.format("").replace("<meta", "<script src='a.js'></script><meta"),
        PAGE.format("")
        .replace("<meta", "<noscript><meta")
        .replace("</head>", "</noscript></head>"),
        PAGE.format("").replace("<meta", "<!--<meta").replace("</head>", "--></head>"),
    ],
)
def test_a_page_without_the_policy_is_found(page: str) -> None:
    assert problems_in(page)


def test_every_page_tells_the_browser_what_it_may_run(handbook_html: Path) -> None:
    """Pages at permalinks, which only lead on, too."""
    for page in handbook_html.rglob("*.html"):
        if page.relative_to(handbook_html).parts[0] == "_static":
            continue  # the theme's parts of pages, which no page shows
        assert problems_in(page.read_text("utf-8")) == [], page
    assert not any("unsafe" in policy for policy in POLICIES)
