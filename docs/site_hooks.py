"""What mkdocs does beside its own: the pages read well in the tree, and work in the site.

Pages link to files outside docs/ by their place in the tree (`../CHANGELOG.md`,
`../examples/...`). The site takes those files along, and the links are set to where they are there.
Examples are marked in the tree as what they are, Python; the site colours them as a session, and
shows a blank line where doctest needs a word for it. The marks for the tests are left out.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

TAKEN_ALONG = {
    name: name.lower()
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md")
}
"""Pages of the tree outside docs/, and where they are in the site."""

FOLDERS = ("examples", "src/stvcount/testing/published")
"""The same of folders, which are where they are in the tree."""

CARRIED = os.environ.get("STVCOUNT_PAGE")
"""The page that counts in a browser, as it was built; without it the site has none."""

_OPEN = '<p><a href="stvcount.html"><strong>Open the page</strong></a>, or save it and open it.</p>'
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")
_MARK = re.compile(r"^ *<!--.*-->\n", re.MULTILINE)
_SESSION = re.compile(r"^```python\n(?=>>> )", re.MULTILINE)


def on_files(files: Files, *, config: MkDocsConfig, **_: Any) -> Files:
    """Add the files outside docs/ that pages link to."""
    from mkdocs.structure.files import File

    for in_tree, in_site in places_outside().items():
        files.append(File.generated(config, in_site, abs_src_path=str(ROOT / in_tree)))
    return files


def on_post_build(*, config: MkDocsConfig, **_: Any) -> None:
    """Take the page that counts in a browser along, where STVCOUNT_PAGE names it."""
    if CARRIED:
        shutil.copy2(CARRIED, Path(config.site_dir, "stvcount.html"))


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Set links to where things are in the site, and dress the examples."""
    here = tree_path(page.file.src_uri)
    if CARRIED and page.file.src_uri == "page.md":
        markdown = markdown.replace("\n\n", f"\n\n{_OPEN}\n\n", 1)
    markdown = _MARK.sub("", markdown)
    links = _LINK.sub(lambda link: link[1] + in_site(link[2], here) + link[3], markdown)
    return _SESSION.sub("```pycon\n", links).replace("\n<BLANKLINE>", "\n")


@cache
def places_outside() -> dict[str, str]:
    """The files outside docs/ that are in the site: path in the tree, path in the site."""
    found = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    names = (
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.is_file() and "__pycache__" not in str(path)
    )
    return {**TAKEN_ALONG, **{name: name for name in names}}


def tree_path(src_uri: str) -> str:
    """Where in the tree the file is that has this path in the site."""
    outside = {site: tree for tree, site in places_outside().items()}
    return outside.get(src_uri, f"docs/{src_uri}")


def in_site(link: str, page: str) -> str:
    """A relative link on a page (both as in the tree) as it must be in the site."""
    if ":" in link:
        return link
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
    known = places_outside()
    if target not in known and not target.startswith("docs/"):
        return link
    start = posixpath.dirname(known.get(page, page.removeprefix("docs/")))
    return posixpath.relpath(known.get(target, target.removeprefix("docs/")), start or ".")
