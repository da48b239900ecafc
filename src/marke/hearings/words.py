"""A case in words: what is said to be broken, what was decided."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.hearings.models import Case
from marke.rules.registry import rules

TONES = {"signing": "plain", "open": "warn", "decided": "warn", "appealed": "warn", "final": "plain", "withdrawn": "plain"}


def broken(case: Case) -> str:
    """The title of the rule, or what was agreed, or both."""
    title = str(rules.get(case.rule_key).title) if case.rule_key in rules else case.rule_key
    return f"{title}: {case.agreed}" if title and case.agreed else title or case.agreed


def outcome_words(case: Case) -> str:
    if case.outcome == Case.Outcome.SUSPENDED and case.suspension_days:
        return ngettext("Suspended for %(n)d day", "Suspended for %(n)d days", case.suspension_days) % {"n": case.suspension_days}
    return str(Case.Outcome(case.outcome).label) if case.outcome else _("Not decided yet")
