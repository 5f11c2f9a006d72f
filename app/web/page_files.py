"""A page as one self-contained HTML file: what stands on it, without anything that needs a server.

In: the HTML of a rendered page. Out: its `main` in the frame of a file with the style sheets inside. Links to other
pages become plain text, links within the page stay; forms, buttons and whatever waits for a script are left out.
Nothing in the file asks for an address outside of it, in either theme and on paper.
"""

import re
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi.responses import Response
from markupsafe import Markup

from app.web.rendering.environment import make_environment
from app.web.rendering.sheets import style_sheets

if TYPE_CHECKING:
    from fastapi import Request

FILED = frozenset({"pages/run.html", "pages/compare.html", "pages/problem.html", "pages/programs.html"})
"""Pages that are given as a file under `?as=file`."""
PARAMETER, FILE = "as", "file"
LONGEST_NAME = 120
_LEFT_OUT = frozenset(
    {"form", "button", "input", "select", "textarea", "dialog", "script", "template", "noscript"}
)
_CONTROLS = frozenset(
    {"crumbs", "exports", "steer", "near", "pager", "share", "file-links", "filter", "unseen-control"}
)
"""Classes of elements that lead elsewhere."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_Attributes = list[tuple[str, str | None]]


def page_file(request: "Request", html: str) -> Response:
    """The page that was rendered for this request as a download."""
    found = _Main()
    found.feed(html)
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    text = (
        make_environment(None)
        .get_template("files/page.html")
        .render(
            page={
                "title": Markup(title[1]) if title else "Tekhne",
                "style": Markup(style_sheets()),
                "body": Markup("".join(found.parts)),
                "saved_at": datetime.now(UTC),
            }
        )
    )
    headers = {"Content-Disposition": f'attachment; filename="{_name(request)}.html"', "Cache-Control": "no-cache"}
    return Response(text.encode("utf-8", "replace"), media_type="text/html; charset=utf-8", headers=headers)


def _name(request: "Request") -> str:
    """The page's address as a file name."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != PARAMETER]
    text = re.sub(r"[^A-Za-z0-9.]+", "-", f"{request.url.path} {urlencode(query)}").strip("-.")
    return text[:LONGEST_NAME].strip("-.") or "page"


class _Main(HTMLParser):
    """Copies what is inside `main`, as it was written, but for what a file cannot do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._inside = False
        self._skipped: list[str] = []
        """The elements that are open inside one that is left out, that one first."""
        self._links: list[str] = []
        """For each open link, what ends it."""

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        if tag == "main":
            self._inside = True
        elif (self._inside and self._skipped) or (self._inside and self._is_left_out(tag, dict(attrs))):
            self._skipped += [tag] if tag not in _VOID else []
        elif self._inside:
            self.parts.append(self._opened(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:
        if self._inside and not self._skipped and not self._is_left_out(tag, dict(attrs)):
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._inside = False
        if not self._inside:
            return
        if self._skipped:
            # An element whose end may be left out (`li`, `p`) ends with the one around it.
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        else:
            self.parts.append(self._links.pop() if tag == "a" and self._links else f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str) -> None:
        if self._inside and not self._skipped:
            self.parts.append(text)

    def _is_left_out(self, tag: str, attributes: dict[str, str | None]) -> bool:
        classes = set((attributes.get("class") or "").split())
        return tag in _LEFT_OUT or "hidden" in attributes or bool(classes & _CONTROLS)

    def _opened(self, tag: str, attrs: _Attributes) -> str:
        href = dict(attrs).get("href") or ""
        is_link = tag == "a" and href.startswith("#")
        if tag == "a":
            self._links.append("</a>" if is_link else "</span>")
        kept = [
            (name, value)
            for name, value in attrs
            if not name.startswith(("hx-", "data-")) and (name != "href" or is_link or tag != "a")
        ]
        written = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in kept)
        return f"<{tag if tag != 'a' or is_link else 'span'}{written}>"
