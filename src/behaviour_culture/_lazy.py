"""Names that load on first use (PEP 562), which keeps ``import behaviour_culture`` cheap.

A package lists its public names once, in the stub ``__init__.pyi`` beside its ``__init__.py``.
Type checkers read the stub, and `attach` reads it to find the module of a name.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # a constant of our own: to import typing's costs time
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["attach"]


def attach(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for a package.

    Parameters
    ----------
    package : str
        The package's own ``__name__``. Each name of its stub is one statement
        ``from package.module import Name as Name``; a subpackage is
        ``from package import subpackage as subpackage``. A name of before stands there as
        ``from package.module import New as Old``, for type checkers, and in
        `behaviour_culture._deprecation.RENAMED`, from where it is found.
    """
    where = _names_in_stub(package)
    public = sorted(name for name, module in where.items() if module != package)

    def get(name: str) -> object:
        from importlib import import_module  # noqa: PLC0415  (part of loading on first use)

        module = where.get(name)
        if module == package:
            return import_module(f"{package}.{name}")
        if module is not None:
            value = getattr(import_module(module), name)
            setattr(sys.modules[package], name, value)
            return value
        if name.startswith("__"):  # pickle, copy and inspect look up many of these
            hint = ""
        else:
            from behaviour_culture._deprecation import RENAMED, warn_deprecated  # noqa: PLC0415
            from behaviour_culture.errors import suggest  # noqa: PLC0415

            old = f"{package}.{name}"
            if old in RENAMED:
                module, _, new = RENAMED[old].instead.rpartition(".")
                warn_deprecated(old, RENAMED[old])
                return getattr(import_module(module), new)
            hint = _elsewhere(package, name) or suggest(name, where)
        msg = f"module {package!r} has no attribute {name!r}{hint}"
        raise AttributeError(msg)

    def names() -> list[str]:
        return sorted({*where, *_DUNDER})

    return get, names, public


_DUNDER = ("__all__", "__doc__", "__file__", "__name__", "__path__", "__version__")
_OTHERWISE = {
    "from_frame": "audit_from_frame and series_from_frame take frames",
    "to_csv": "write_csv(x.to_rows(), path) writes the rows of an object",
    "to_dataframe": "each object has to_frame()",
}


def _elsewhere(package: str, name: str) -> str:
    """Return where a name is to be found, or what to write for it; empty if nobody knows."""
    where = _names_in_stub(package)
    for stage in sorted(where):
        if where[stage] == package and name in _imported(f"{package}.{stage}").__all__:
            return f"; it is {package}.{stage}.{name}"
    if name in _OTHERWISE:
        return f"; {_OTHERWISE[name]}"
    if name.startswith("plot"):
        return "; an object with pictures has x.plot()"
    if name.startswith(("save_", "write_")):
        return "; write(x, path) writes any object of ours"
    if name.startswith(("load_", "read_", "open_")):
        way = "read(path) reads any object of ours"
        return f"; {way}, content.load_content(kind, id) what is installed"
    return ""


def _imported(module: str) -> ModuleType:
    from importlib import import_module  # noqa: PLC0415

    return import_module(module)


def _names_in_stub(package: str) -> dict[str, str]:
    """Return the module of each name; the package's loader reads the stub, from a zip too."""
    spec = sys.modules[package].__spec__
    loader, origin = spec.loader, spec.origin  # type: ignore[union-attr]
    text = loader.get_data(f"{origin[:-3]}.pyi").decode()  # type: ignore[union-attr, index]
    where = {}
    for statement in text.replace("(", " ").replace(")", " ").split("\nfrom "):
        module, _, names = statement.removeprefix("from ").partition(" import ")
        where[names.split(" as ")[0].strip()] = module
    return where
