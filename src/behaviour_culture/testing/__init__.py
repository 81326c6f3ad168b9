"""Help for tests of code that uses this library: hypothesis strategies and asserts.

Needs the extra ``testing``. The strategies are registered with hypothesis by an entry
point, so that ``st.from_type(School)`` draws a school as soon as both are installed::

    from hypothesis import given

    from behaviour_culture.testing import action_plans, assert_round_trip

    @given(action_plans())
    def test_my_store_keeps_a_plan(plan): ...
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
