"""What people hold in the end: a page to act on, and the whole journey in one call."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.report.journey import JourneyResult as JourneyResult
    from behaviour_culture.report.journey import demo_folder as demo_folder
    from behaviour_culture.report.journey import run_journey as run_journey
    from behaviour_culture.report.write import write_report as write_report

__getattr__, __dir__, __all__ = attach(
    __name__,
    {"journey": "JourneyResult demo_folder run_journey", "write": "write_report"},
)
