"""The rules of law are dated data, each with a source."""

from datetime import date, timedelta

import pytest

from services.documents.domain.dated_rule import DatedRule
from services.documents.domain.legal_content import REQUIREMENTS
from services.documents.domain.reminder_terms import REMINDER_TERMS, reminder_terms_on
from services.documents.domain.warnings import WARNINGS

RULES: tuple[DatedRule, ...] = (*REQUIREMENTS, *WARNINGS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_names_its_paragraph_and_speaks_two_languages(rule: DatedRule) -> None:
    assert rule.paragraph.startswith("§ ")
    assert rule.source.endswith(rule.paragraph)
    assert rule.nb.endswith(".")
    assert rule.en.endswith(".")
    assert rule.kinds
    assert rule.last_day is None or rule.first_day <= rule.last_day


def test_no_two_rules_share_a_code() -> None:
    codes = [rule.code for rule in RULES]

    assert len(codes) == len(set(codes))


def test_terms_of_reminders_are_in_order_and_begin_somewhere() -> None:
    days = [terms.first_day for terms in REMINDER_TERMS]

    assert days == sorted(days)
    assert reminder_terms_on(date(2026, 11, 23)).deadline_days == 14
    with pytest.raises(LookupError, match="no rules for reminders"):
        reminder_terms_on(days[0] - timedelta(days=1))
