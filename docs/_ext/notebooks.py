"""Notebooks as pages: each cell of a percent script is run, and shown with what came of it.

``{notebook} one_school.py`` is the whole notebook; ``{gallery}`` shows the pictures of all. A cell
that raises is an error of the build.
"""

from __future__ import annotations

import contextlib
import io
import os
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = Path(__file__).parents[1] / "notebooks"
ORDER = (
    "one_school",
    "what_if",
    "is_it_working",
    "own_framework",
    "hub_of_six",
    "what_do_we_believe",
)


def cells(text: str) -> list[tuple[bool, str]]:
    """Return the cells of a percent script: whether each is Markdown, and its text."""
    found: list[tuple[bool, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            found.append(("[markdown]" in line, []))
        elif found:
            found[-1][1].append(line)
    return [
        (
            prose,
            "\n".join(_plain(line) if prose else line for line in lines).strip(),
        )
        for prose, lines in found
    ]


def _plain(line: str) -> str:
    """Return a line of Markdown without the sign of a comment."""
    return line.removeprefix("#").removeprefix(" ")


def pictures(name: str, place: int, folder: Path) -> list[tuple[str, str]]:
    """Save the figures that a cell has drawn; return the name of each file and what it shows."""
    import matplotlib.pyplot as plt  # noqa: PLC0415  (only where something is drawn)

    made = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        title = next((a.get_title(loc="left") or a.get_title() for a in figure.axes), "")
        file = f"notebook-{name}-{place}-{number}.png"
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / file, dpi=90, facecolor="white", bbox_inches="tight")
        made.append((file, title))
    plt.close("all")
    return made


@cache
def run_notebook(path: Path, folder: Path) -> list[tuple[bool, str, str, list[tuple[str, str]]]]:
    """Run a notebook in its own folder; return its cells with what each printed and drew."""
    os.environ["MPLBACKEND"] = "Agg"
    space: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    with contextlib.chdir(path.parent):
        for place, (prose, text) in enumerate(cells(path.read_text(encoding="utf-8"))):
            printed = io.StringIO()
            drawn: list[tuple[str, str]] = []
            if not prose and text:
                code = compile(text, f"{path.name}, cell {place}", "exec")
                with contextlib.redirect_stdout(printed):
                    exec(code, space)  # noqa: S102  (our own notebook)
                if "matplotlib" in text or "plot" in text:
                    drawn = pictures(path.stem, place, folder)
            shown.append((prose, text, printed.getvalue().rstrip(), drawn))
    return shown


class Notebook(SphinxDirective):
    """A notebook with its results."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return its cells as nodes."""
        path = FOLDER / self.arguments[0]
        self.env.note_dependency(str(path))
        parts = []
        for prose, text, printed, drawn in run_notebook(
            path, Path(self.env.app.outdir) / "_images"
        ):
            parts.append(text if prose else f"````python\n{text}\n````")
            if printed:
                parts.append(f"````text\n{printed}\n````")
            parts += [f"````{{raw}} html\n{_picture(file, shows)}\n````" for file, shows in drawn]
        return self.parse_text_to_nodes("\n\n".join(parts), allow_section_headings=True)


def _picture(file: str, shows: str, link: str = "") -> str:
    """Return a picture as HTML, a link to a page where one is named."""
    image = f'<img src="../_images/{file}" alt="{escape(shows)}" style="max-width: 100%">'
    return f'<p><a href="{link}.html">{image}</a></p>' if link else f"<p>{image}</p>"


class Gallery(SphinxDirective):
    """The pictures of all notebooks, each a link to its page."""

    def run(self) -> list[nodes.Node]:
        """Return a picture and the question of each notebook."""
        found: list[nodes.Node] = []
        for name in ORDER:
            path = FOLDER / f"{name}.py"
            self.env.note_dependency(str(path))
            shown = run_notebook(path, Path(self.env.app.outdir) / "_images")
            first = shown[0][1].split("\n\n")
            question = next(part.split("*")[1] for part in first if part.startswith("*"))
            page, title = name.replace("_", "-"), first[0].lstrip("# ")
            found += self.parse_text_to_nodes(f"**[{title}]({page}.md)**: {question}")
            found += [
                nodes.raw("", _picture(file, shows, page), format="html")
                for *_, drawn in shown
                for file, shows in drawn
            ]
        return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Add both directives."""
    app.add_directive("notebook", Notebook)
    app.add_directive("gallery", Gallery)
    return {"parallel_read_safe": True}
