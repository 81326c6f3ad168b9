"""Sphinx: builds with ``-n -W`` and without the network."""

from __future__ import annotations

import re
import sys
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from docutils import nodes
from sphinx.util.nodes import make_refnode

import behaviour_culture

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "behaviour_culture"
author = "The behaviour_culture contributors"
copyright = author  # noqa: A001  (Sphinx's name for it)
version = release = behaviour_culture.__version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
extensions = [
    "notebooks",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",  # formulas in docstrings; a reader without network sees their source
    "sphinx_design",
]
exclude_patterns = ["_build", "_ext", "images/README.md"]
html_theme = "furo"
html_title = "behaviour_culture"
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.strikethrough"]

default_role = "py:obj"  # docstrings write `School` for a link and ``text`` for code
add_module_names = False
python_use_unqualified_type_names = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
maximum_signature_line_length = 88
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_param = False  # types in docstrings are words ("sequence of float"), not links
napoleon_use_rtype = False
napoleon_custom_sections = [("Fields", "params_style")]  # see `attributes_are_fields`
napoleon_preprocess_types = False
nitpicky = True

OURS = "behaviour_culture"


def find_our_own(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: nodes.Element
) -> nodes.Element | None:
    """Resolve a name of ours wherever it was moved to; leave other libraries' names as text.

    Objects are documented under their public name, while annotations have the module that
    defines them. A name that is in doubt, or nowhere, stays unresolved: with ``-W`` an error.
    """
    if node.get("refdomain") != "py":
        return None
    target = str(node["reftarget"])
    short = target.rpartition(".")[2]
    objects = env.domains.python_domain.objects
    found = {name: entry for name, entry in objects.items() if name.rpartition(".")[2] == short}
    top = {name: entry for name, entry in found.items() if name == f"{OURS}.{short}"}
    ends = {name: entry for name, entry in found.items() if name.endswith(f".{target}")}
    for candidates in (top, found, ends):
        if len(candidates) == 1:
            ((name, entry),) = candidates.items()
            return make_refnode(
                app.builder, node["refdoc"], entry.docname, entry.node_id, contents, name
            )
    owner, _, field = target.rpartition(".")
    kind = getattr(behaviour_culture, owner, None) if owner.isidentifier() else None
    if kind is not None and attrs.has(kind) and field in attrs.fields_dict(kind):
        entry = objects[f"{OURS}.{owner}"]  # a field stands in the signature of its class
        return make_refnode(
            app.builder, node["refdoc"], entry.docname, entry.node_id, contents, target
        )
    is_type = node.get("reftype") in {"class", "data"}
    elsewhere = not target.startswith(f"{OURS}.") and not found
    if short.endswith(("_co", "_contra")) or len(short) == 1 or (is_type and elsewhere):
        # A type variable, or a type of the standard library or numpy: there is no inventory here.
        return contents
    return None


def attributes_are_fields(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Show a section Attributes as a plain list: as links, its names would lead anywhere."""
    for i, (line, below) in enumerate(pairwise(lines)):
        if line == "Attributes" and below == "-" * len(line):
            lines[i : i + 2] = ["Fields", "------"]


def footnotes_of_their_own(
    _app: Sphinx, _what: str, name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Give the references of a docstring numbers of their own: each docstring begins with 1."""
    label = name.replace(".", "-").replace("_", "-").lower()
    for i, line in enumerate(lines):
        cited = re.sub(r"\[(\d+)\]_", rf"[#{label}-\1]_", line)
        lines[i] = re.sub(r"^(\s*)\.\. \[(\d+)\]", rf"\1.. [#{label}-\2]", cited)


def fields_as_written(
    _app: Sphinx, _what: str, _name: str, obj: object, _options: object, given: str, returns: str
) -> tuple[str, str]:
    """Give an attrs class the types of its fields, not those that its converters accept."""
    if not (isinstance(obj, type) and attrs.has(obj)):
        return given, returns
    shown = []
    for field in attrs.fields(obj):
        kind = next(
            c.__annotations__[field.name]
            for c in obj.__mro__
            if field.name in vars(c).get("__annotations__", {})
        )
        if not field.init:
            continue
        if "Reading" in kind:  # there are two of the name: the account of a file, and of a measure
            meant = sys.modules[obj.__module__].Reading
            kind = re.sub(r"\bReading\b", f"{meant.__module__}.Reading", kind)
        if field.default is attrs.NOTHING:
            shown.append(f"{field.name}: {kind}")
        elif isinstance(field.default, Enum):
            default = f"{type(field.default).__name__}.{field.default.name}"
            shown.append(f"{field.name}: {kind} = {default}")
        else:
            empty = isinstance(field.default, tuple) and not field.default
            made = "()" if empty else repr(field.default)
            default = "..." if hasattr(field.default, "factory") else made
            shown.append(f"{field.name}: {kind} = {default}")
    return f"(*, {', '.join(shown)})", returns


def which_members(
    _app: Sphinx, _what: str, name: str, obj: object, _skip: object, _options: object
) -> bool | None:
    """List the values of enums; leave out of a stage what stands under its short name."""
    if isinstance(obj, Enum):
        return False
    if name in behaviour_culture.__all__ and getattr(behaviour_culture, name) is obj:
        return True
    return None


def setup(app: Sphinx) -> None:
    """Connect all; the one on docstrings before napoleon reads them."""
    app.connect("autodoc-skip-member", which_members)
    app.connect("autodoc-process-signature", fields_as_written)
    app.connect("missing-reference", find_our_own)
    app.connect("autodoc-process-docstring", attributes_are_fields, priority=400)
    app.connect("autodoc-process-docstring", footnotes_of_their_own, priority=900)
