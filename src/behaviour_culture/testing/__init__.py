"""Help for tests of code that uses this library: hypothesis strategies and asserts.

Needs the extra ``testing``. The strategies are registered with hypothesis by an entry
point, so ``st.from_type(School)`` draws a school as soon as both are installed::

    from hypothesis import given

    from behaviour_culture.testing import action_plans, assert_round_trip

    @given(action_plans())
    def test_my_store_keeps_a_plan(plan): ...
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

_get, __dir__, __all__ = attach(__name__)


def __getattr__(name: str) -> object:
    try:
        return _get(name)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
    from behaviour_culture.errors import MissingExtraError  # noqa: PLC0415  (seldom needed)

    raise MissingExtraError("hypothesis", "testing", "drawing examples for tests")
