"""Slides for a projector: one contest on each screen, in huge letters.

They are one page of HTML. The arrow keys go on and back; without scripts, the links do, and the
keys that scroll a page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stvcount.sheets.html import markup, template
from stvcount.sheets.posts import Post, of_record

if TYPE_CHECKING:
    from stvcount.record import CountRecord

__all__ = ["page", "slides"]

_SCRIPT = """
(function () {
  "use strict";
  var slides = Array.prototype.slice.call(document.querySelectorAll("main > section"));
  var steps = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1,
    PageUp: -1, Home: -slides.length, End: slides.length};
  function shown() {
    var middle = window.innerHeight / 2;
    var at = slides.findIndex(function (one) {
      return one.getBoundingClientRect().bottom > middle;
    });
    return at < 0 ? slides.length - 1 : at;
  }
  document.addEventListener("keydown", function (event) {
    var step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    if (event.key === " " && event.target.closest("a")) { return; }
    var next = Math.max(0, Math.min(slides.length - 1, shown() + step));
    event.preventDefault();
    slides[next].scrollIntoView();
    slides[next].focus({preventScroll: true});
  });
}());
"""
_MOST_OF_THE_WIDTH = 150
_LARGEST, _SMALLEST = 12, 3


def page(record: CountRecord) -> str:
    """The slide of one count. Raises `ElectionError` where Jinja2 is not installed."""
    return slides([of_record(record)])


def slides(posts: Sequence[Post], *, title: str = "Results", index: str | None = None) -> str:
    """A slide for each contest. `index`: where the list of all of them is, for a link."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    text: str = template("slides.html").render(
        posts=posts,
        sizes=list(map(_size, posts)),
        title=posts[0].title if len(posts) == 1 else title,
        index=index,
        script=markup(_SCRIPT),
        script_digest=digest,
    )
    return text


def _size(post: Post) -> int:
    """How large the names are, in hundredths of the width, so that they fit."""
    longest = max((len(one.name) for one in post.elected), default=1)
    by_width = _MOST_OF_THE_WIDTH // max(longest, 1)
    by_height = 24 // max(len(post.elected), 1)
    return max(_SMALLEST, min(_LARGEST, by_width, by_height))
