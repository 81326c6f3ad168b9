"""Who can help whom: surely where the whole interval of one lies above that of the other."""

from __future__ import annotations

from pathlib import Path

import pytest

import behaviour_culture as bc
from behaviour_culture.model import Hub
from behaviour_culture.programme.hub.heat_map import HeatCell, HeatMap, who_can_help

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HELPED = HeatCell(0.3, 0.2, 0.4, 8)


@pytest.mark.parametrize(
    ("helped", "helper", "sure"),
    [
        (HELPED, HeatCell(0.7, 0.5, 0.9, 8), True),
        (HELPED, HeatCell(0.7, 0.4, 0.9, 8), False),  # the intervals meet
        (HELPED, HeatCell(0.7), False),  # the hub's file says it, and nobody was asked
        (HeatCell(0.3), HeatCell(0.7, 0.5, 0.9, 8), False),
    ],
)
def test_a_peer_surely_helps_where_its_interval_lies_above(
    helped: HeatCell, helper: HeatCell, *, sure: bool
) -> None:
    hub = bc.read(EXAMPLES / "illustrative_hub.toml", Hub)
    one, other = (partner.id for partner in hub.partners[:2])
    heat = HeatMap(
        principles=("routines",),
        schools=(one, other),
        cells={("routines", one): helped, ("routines", other): helper},
    )
    (found,) = who_can_help(hub, heat, {})
    assert (found.helped, found.helper, found.standing, found.strength) == (one, other, 0.3, 0.7)
    assert found.sure is sure
