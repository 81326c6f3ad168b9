"""The published tables that can be read, with their columns under the older and newer names."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.indicator import ExposureKind

__all__ = ["DATASETS", "RENAMED", "Dataset", "Rate"]

RENAMED = {
    "fixed_excl": "suspension",
    "fixed_excl_rate": "susp_rate",
    "one_plus_fixed": "one_plus_susp",
    "one_plus_fixed_rate": "one_plus_susp_rate",
    "one_or_more_fixed_excl_rate": "one_plus_susp_rate",
    "school_type": "education_phase",
    "school_laestab": "laestab",
    "school_urn": "urn",
    "year": "time_period",
}
"""Older and longer names of columns, with the name that the reader gives them."""


class Rate(NamedTuple):
    """A published rate, and the two columns that it comes from."""

    name: str
    counted: str
    out_of: str


class Dataset(NamedTuple):
    """One shape of table: its required columns, those of numbers, and those to check."""

    id: str
    needs: frozenset[str]
    more_numbers: frozenset[str] = frozenset()
    """Columns of numbers that no other field names; ``sess_`` is each that begins with it."""
    rates: tuple[Rate, ...] = ()
    at_most: tuple[tuple[str, str], ...] = ()
    """Pairs of columns of which the first can never be above the second."""
    out_of: tuple[tuple[str, str, ExposureKind], ...] = ()
    """Beginning of a column's name, the column that it is out of, and its kind; the first fits."""

    @property
    def counts(self) -> set[str]:
        """Columns of events and people, which are whole numbers."""
        counted = {name for rate in self.rates for name in (rate.counted, rate.out_of)}
        return counted | {name for pair in self.at_most for name in pair}

    def is_number(self, column: str) -> bool:
        """Return whether a column holds numbers."""
        named = self.counts | {rate.name for rate in self.rates} | self.more_numbers
        begins = tuple(name for name in self.more_numbers if name.endswith("_"))
        return column in named or column.startswith(begins)


def _shares(out_of: str, **names: str) -> tuple[Rate, ...]:
    return tuple(Rate(name, count, out_of) for name, count in names.items())


_SESSIONS = _shares(
    "sess_possible",
    sess_overall_percent="sess_overall",
    sess_authorised_percent="sess_authorised",
    sess_unauthorised_percent="sess_unauthorised",
)
_REGISTERS = _shares(
    "possible_sessions",
    attendance_perc="overall_attendance",
    overall_absence_perc="overall_absence",
    authorised_absence_perc="authorised_absence",
    unauthorised_absence_perc="unauthorised_absence",
    auth_excluded_perc="reason_e_authorised_excluded",
)

DATASETS = (
    Dataset(
        id="exclusions",
        needs=frozenset({"headcount", "perm_excl", "suspension", "one_plus_susp"}),
        more_numbers=frozenset({"num_schools"}),
        rates=_shares(
            "headcount",
            perm_excl_rate="perm_excl",
            susp_rate="suspension",
            one_plus_susp_rate="one_plus_susp",
        ),
        at_most=(("one_plus_susp", "suspension"), ("one_plus_susp", "headcount")),
        out_of=(("", "headcount", ExposureKind.PUPILS),),
    ),
    Dataset(
        id="exclusion-reasons",
        needs=frozenset({"perm_persistent_disruptive", "education_phase"}),
        more_numbers=frozenset({"perm_", "fixed_", "susp_"}),
    ),
    Dataset(
        id="suspension-lengths",
        needs=frozenset({"num_fixed_excl", "duration_days_fixed_exclusions"}),
        more_numbers=frozenset({"num_fixed_excl"}),
    ),
    Dataset(
        id="suspension-days-missed",
        needs=frozenset({"headcount", "total_length_days_fixed_exclusions_group"}),
        more_numbers=frozenset({"headcount"}),
    ),
    Dataset(
        id="suspensions-of-one-pupil",
        needs=frozenset({"headcount", "num_fixed_excl", "education_phase"}),
        # The second column is a label here: the number of suspensions of each pupil in the row.
        more_numbers=frozenset({"headcount"}),
    ),
    Dataset(
        id="absence",
        needs=frozenset({"sess_possible", "sess_overall"}),
        more_numbers=frozenset({"sess_", "enrolments", "enrolments_", "num_schools"}),
        rates=(
            *_SESSIONS,
            *_shares("enrolments", enrolments_pa_10_exact_percent="enrolments_pa_10_exact"),
            *_shares("enrolments", enrolments_pa_50_exact_percent="enrolments_pa_50_exact"),
        ),
        at_most=(("sess_overall", "sess_possible"), ("sess_authorised", "sess_overall")),
        out_of=(
            ("enrolments", "enrolments", ExposureKind.PUPILS),
            ("", "sess_possible", ExposureKind.SESSIONS),
        ),
    ),
    Dataset(
        id="attendance",
        needs=frozenset({"possible_sessions", "overall_attendance"}),
        more_numbers=frozenset(
            {
                "num_schools",
                "enrolments",
                "present_sessions",
                "late_sessions",
                "approved_educational_activity",
                "total_num_schools",
                "total_enrolments",
                "overall_",
                "reason_",
                "illness_perc",
                "appointments_perc",
                "pa_perc",
                "auth_",
                "unauth_",
            }
        ),
        rates=_REGISTERS,
        at_most=(("overall_attendance", "possible_sessions"),),
        out_of=(("", "possible_sessions", ExposureKind.SESSIONS),),
    ),
)
"""In the order in which they are tried: the first with all its columns present is taken."""
