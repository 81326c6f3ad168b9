"""Where a school stands, and how sure that is: scores with intervals, gaps in order."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.audit.agreement import cohen_kappa as cohen_kappa
    from behaviour_culture.audit.agreement import observed_agreement as observed_agreement
    from behaviour_culture.audit.alpha import krippendorff_alpha as krippendorff_alpha
    from behaviour_culture.audit.carrying import CarriedResult as CarriedResult
    from behaviour_culture.audit.carrying import CarriedScore as CarriedScore
    from behaviour_culture.audit.carrying import carry as carry
    from behaviour_culture.audit.comparable import NotComparableError as NotComparableError
    from behaviour_culture.audit.comparable import lowest_of as lowest_of
    from behaviour_culture.audit.comparable import require_comparable as require_comparable
    from behaviour_culture.audit.difference import ScoreDifference as ScoreDifference
    from behaviour_culture.audit.groups import STAFF_GROUPS as STAFF_GROUPS
    from behaviour_culture.audit.groups import GroupAgreement as GroupAgreement
    from behaviour_culture.audit.groups import GroupedResult as GroupedResult
    from behaviour_culture.audit.groups import GroupResult as GroupResult
    from behaviour_culture.audit.groups import score_groups as score_groups
    from behaviour_culture.audit.intraclass import icc as icc
    from behaviour_culture.audit.profile import AuditProfile as AuditProfile
    from behaviour_culture.audit.profile import LevelCounts as LevelCounts
    from behaviour_culture.audit.profile import profile_audit as profile_audit
    from behaviour_culture.audit.reading import read_audit as read_audit
    from behaviour_culture.audit.result import AuditResult as AuditResult
    from behaviour_culture.audit.result import Gap as Gap
    from behaviour_culture.audit.result import Score as Score
    from behaviour_culture.audit.result import ScoreKind as ScoreKind
    from behaviour_culture.audit.result import ThresholdScore as ThresholdScore
    from behaviour_culture.audit.rounds import RoundComparison as RoundComparison
    from behaviour_culture.audit.rounds import compare_rounds as compare_rounds
    from behaviour_culture.audit.score import score_audit as score_audit

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "agreement": "cohen_kappa observed_agreement",
        "alpha": "krippendorff_alpha",
        "carrying": "CarriedResult CarriedScore carry",
        "comparable": "NotComparableError lowest_of require_comparable",
        "difference": "ScoreDifference",
        "groups": "STAFF_GROUPS GroupAgreement GroupResult GroupedResult score_groups",
        "intraclass": "icc",
        "profile": "AuditProfile LevelCounts profile_audit",
        "reading": "read_audit",
        "result": "AuditResult Gap Score ScoreKind ThresholdScore",
        "rounds": "RoundComparison compare_rounds",
        "score": "score_audit",
    },
)
