"""Names that load on first use (PEP 562): what makes ``import behaviour_culture`` cheap."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # a constant instead of typing's, which costs an import
    from collections.abc import Callable, Mapping

__all__ = ["attach"]


def attach(
    package: str, places: Mapping[str, str], subpackages: str = ""
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for a package.

    Parameters
    ----------
    package : str
        The package's own ``__name__``.
    places : mapping of str to str
        For each submodule, the names that come from it, separated by spaces.
    subpackages : str
        Submodules that are reached by attribute too.
    """
    where = {name: place for place, names in places.items() for name in names.split()}
    modules = subpackages.split()

    def get(name: str) -> object:
        import sys  # noqa: PLC0415  (part of loading on first use)
        from importlib import import_module  # noqa: PLC0415

        if name in where:
            value = getattr(import_module(f"{package}.{where[name]}"), name)
            setattr(sys.modules[package], name, value)
            return value
        if name in modules:
            return import_module(f"{package}.{name}")
        if name.startswith("__"):  # pickle, copy and inspect ask for many of these
            hint = ""
        else:
            from behaviour_culture.errors import suggest  # noqa: PLC0415

            hint = suggest(name, where)
        msg = f"module {package!r} has no attribute {name!r}{hint}"
        raise AttributeError(msg)

    def names() -> list[str]:
        import sys  # noqa: PLC0415

        return sorted({*where, *modules, *vars(sys.modules[package])})

    return get, names, sorted(where)
