"""Who may take part in a programme, and which partner may go to which lead."""

from __future__ import annotations

from math import ceil

from behaviour_culture.model.hub import LeadSchool, PartnerSchool
from behaviour_culture.model.programme import EligibilityRule, Programme, RuleSubject

__all__ = ["barred_by", "unchecked_rules", "why_not_together"]


def _of(school: LeadSchool | PartnerSchool, attribute: str) -> str | None:
    return school.phase.value if attribute == "phase" else school.rating


def barred_by(programme: Programme, school: LeadSchool | PartnerSchool) -> list[str]:
    """Return the rules that keep a school from taking part, in words.

    An attribute that is not known bars a school from nothing.
    """
    about = RuleSubject.LEAD if isinstance(school, LeadSchool) else RuleSubject.PARTNER
    found = []
    for rule in programme.rules:
        if rule.about is not about or rule.attribute is None:
            continue
        value = _of(school, rule.attribute)
        if value is not None and value not in rule.values:
            found.append(f"{rule.text} (its {rule.attribute} is {value})")
    return found


def unchecked_rules(programme: Programme, school: LeadSchool | PartnerSchool) -> list[str]:
    """Return the rules that a person has to check, since the data do not decide them."""
    about = RuleSubject.LEAD if isinstance(school, LeadSchool) else RuleSubject.PARTNER
    return [
        rule.text
        for rule in programme.rules
        if rule.about is about and (rule.attribute is None or _of(school, rule.attribute) is None)
    ]


def why_not_together(
    programme: Programme, partner: PartnerSchool, lead: LeadSchool, farthest_km: float | None
) -> str | None:
    """Return why a partner may not go to a lead, or None where it may."""
    for rule in programme.rules:
        if _forbids(rule, partner, lead):
            return rule.text
    if farthest_km is not None and partner.place is not None and lead.place is not None:
        km = partner.place.km_to(lead.place)
        if km > farthest_km:
            # Rounded up, so that it never looks as near as the farthest.
            return f"{ceil(10 * km) / 10:g} km away, and {farthest_km:g} km is the farthest"
    return None


def _forbids(rule: EligibilityRule, partner: PartnerSchool, lead: LeadSchool) -> bool:
    if rule.about is not RuleSubject.MATCH or rule.attribute is None:
        return False
    theirs = _of(lead, rule.attribute)
    return (
        _of(partner, rule.attribute) in rule.where
        and theirs is not None
        and theirs not in rule.values
    )
