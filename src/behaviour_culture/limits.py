"""The most that one call takes: every limit in one place, with its unit and the reason for it."""

from __future__ import annotations

from attrs import fields, frozen

__all__ = ["LIMITS", "Limits"]


@frozen(kw_only=True)
class Limits:
    """What one call takes at most; a request beyond it is refused before any work is done.

    The message names the limit in backticks. Memory and seconds were measured on one core of an
    ordinary computer, with a plan of 17 steps; the page "Limits" has the figures.
    Bounds that a rule of the school year or of statistics sets stand on their fields, not here.

    Examples
    --------
    >>> from behaviour_culture.limits import LIMITS
    >>> f"{LIMITS.draws:,}"
    '10,000,000'
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> bc.score_impact(made.plan, made.result, draws=10**12)
    Traceback (most recent call last):
    ...
    behaviour_culture.errors.InvalidInputError: score_impact: 1 fault
      draws: 1000000000000 is out of range: at least 100 and at most 10,000,000 (the limit `draws`)
    """

    # -- simulation ----------------------------------------------------------------------

    draws: int = 10_000_000
    """Draws of which the numbers are kept until the end: 2 to 20 microseconds each, and up to 45
    bytes for each step, so that `kept_bytes` mostly bounds them first."""
    streamed_draws: int = 1_000_000_000
    """Draws that are counted and dropped, in the same memory however many: 5 microseconds each, so
    that the most take an hour and a half."""
    chunk_draws: int = 4_096
    """Draws of one chunk, all of which `what_drives` repeats for each combination."""
    kept_bytes: int = 2 * 1024**3
    """Bytes of the arrays that one call holds at a time: a quarter of a small computer's memory."""
    combinations: int = 2**20
    """Combinations of assumptions in `what_drives`, each of which takes some twenty runs of a
    millisecond."""
    inputs: int = 10_000
    """Inputs of a function whose sensitivity is asked for."""
    schools: int = 1_000_000
    """Schools of one nation or cohort, forty times as many as England has."""
    rounds: int = 100
    """Rounds of audits of a cohort."""
    half_terms: int = 60
    """Half-terms of a forecast: ten years."""

    # -- search --------------------------------------------------------------------------

    budget: int = 1_000_000_000
    """Schedules or choices that a search builds, of which the best few hundred are kept."""
    seconds: float = 604_800.0
    """Seconds of a time limit: a week."""
    steps: int = 2_000
    """Steps that are scheduled together, those of all schools of a hub: the first schedule of so
    many takes three seconds, and one of a thousand takes one."""
    workers: int = 256
    """Processes or threads of one call. On Windows 61 processes at most are started."""
    points: int = 200
    """Points of an efficient frontier: each is a search of its own."""
    scenarios: int = 100_000
    """Scenarios of one run, which keeps about 10 kB of each."""

    # -- statistics ----------------------------------------------------------------------

    chart_points: int = 2_000
    """Points of a control chart: a thousand stable series as long are drawn beside it, which takes
    a second."""
    rating_values: int = 2_000
    """Different ratings in an agreement, of which every pair has a weight."""
    periods: int = 100_000
    """Periods on one side of a comparison: of days, those of 270 years."""

    # -- files ---------------------------------------------------------------------------

    file_bytes: int = 32 * 1024**2
    """Bytes of a file of TOML, JSON, YAML or CSV: a school's largest has under 1 MB."""
    large_file_bytes: int = 256 * 1024**2
    """Bytes of a national register (that of England has about 60 MB), and of a file that is
    inspected."""
    table_bytes: int = 1_000_000_000
    """Bytes of a published table, of which columns are read and no rows kept."""
    workbook_bytes: int = 8_000_000
    """Bytes of an Excel workbook as it lies on the disk."""
    workbook_expanded_bytes: int = 32_000_000
    """Bytes of all that is packed in it: a small file can unpack to gigabytes."""
    workbook_sheet_marks: int = 200_000
    """Cells and other marks in one sheet of it."""
    workbook_marks: int = 1_500_000
    """Cells and other marks in all of it."""
    workbook_sheets: int = 200
    """Sheets of it."""
    workbook_parts: int = 2_000
    """Files that are packed in it."""
    template_bytes: int = 50_000_000
    """Bytes of one part of a Word template."""
    columns: int = 2_000
    """Columns of a published table, 54 kB each however few its rows: the widest of the Department
    for Education have some 170."""
    rows: int = 20_000
    """Rows of a workbook of ratings."""
    sheet_rows: int = 5_000
    """Rows of a sheet of a school's own workbook."""
    files: int = 1_000
    """Files that are read as one audit."""
    raters: int = 100
    """Raters for whom forms are made at a time."""
    faults: int = 10_000
    """Faults of one input that are gathered before reading is given up."""
    nesting: int = 64
    """Tables and lists inside one another in a file."""
    extra: int = 64_000
    """Characters of the data of other systems in one object (judgement: ids and links)."""
    text: int = 20_000
    """Characters of one text."""
    id: int = 100
    """Characters of an id."""

    def __str__(self) -> str:
        """Return a line for each limit."""
        return "\n".join(f"{f.name}: {getattr(self, f.name):,}" for f in fields(Limits))


LIMITS = Limits()
"""The limits of this version. They are not settings: a service that wants less refuses more."""
