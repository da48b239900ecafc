"""What the pattern page shows: every component with the figures of an imagined co-op."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marke.common.charts import Lines, Number, Series
from marke.common.explain import Explanation, RuleLine
from marke.common.forms import DateField, DateTimeField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.common.money import format_money


class PatternForm(MarkeForm):
    """One field of every kind; nothing is kept."""

    member = forms.ChoiceField(label=_("Member"), choices=[("", "–"), ("1", "Amina K."), ("2", "Bram de Wit")])
    amount = MoneyField(label=_("Amount"), currency="EUR", min_value=1, max_value=97056)
    share = PercentField(label=_("Contribution"), required=False)
    day = DateField(label=_("Day"))
    moment = DateTimeField(label=_("Starts at"), required=False)
    vote = forms.ChoiceField(
        label=_("Your vote"),
        widget=forms.RadioSelect,
        choices=[("for", _("For")), ("against", _("Against")), ("abstain", _("I abstain"))],
        help_text=_("You can change it until the vote closes."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    papers = forms.FileField(label=_("Papers"), required=False, help_text=_("A PDF or a photo, up to 5 MB."))
    agree = forms.BooleanField(label=_("I have read our rules and agree to them"))
    once_key = OnceKey()


EXPLANATION = Explanation(
    formula="The price of the job times our contribution, rounded to the cent",
    values=(("Price of the job", "€12.50"), ("Contribution", "12%")),
    rules=(
        RuleLine(
            "Of every job, 12% stays with the co-op.",
            "#statute",
            "Decision 4, 1 March 2026, majority: 31 for, 6 against",
            "#timeline",
        ),
    ),
)
EURO = [("Couriers", 7_800, "€78.00"), ("Insurance", 950, "€9.50"), ("Reserves", 750, "€7.50"), ("Software", 500, "€5.00")]
MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
KEPT = (41_200, 38_900, 40_100, 44_800, 46_300, 51_900, 55_400, 50_200, 47_700, 53_100, 56_800, 58_300)


def pattern_context(request: HttpRequest) -> dict[str, Any]:
    """Lines are drawn in the reader's language; a form is shown as sent with mistakes in it."""
    language = get_language()

    def euros(cents: Number) -> str:
        return format_money(int(cents), "EUR", language)

    mistaken = PatternForm(
        data={
            "member": "1",
            "amount": "1,000.00",
            "day": "31 maart",
            "reason": "Repair of the bike",
            "once_key": "0123456789",
        }
    )
    return {
        "form": PatternForm(initial={"amount": 12_050, "share": Fraction(12, 100)}),
        "mistaken": mistaken,
        "explanation": EXPLANATION,
        "euro": EURO,
        "signed": [("Earned", 84_200, "+€842.00"), ("Bike repair", -25_000, "−€250.00"), ("Insurance", -9_500, "−€95.00")],
        "lines": Lines(
            labels=MONTHS,
            series=[Series("As it was: 12%", KEPT), Series("As proposed: 10%", [v * 10 // 12 for v in KEPT], dashed=True)],
            text=euros,
        ),
        "history": [("5 Jan 2025", 15, "15%"), ("1 Jun 2025", 14, "14%"), ("1 Mar 2026", 12, "12%")],
        "check_rows": [("Member", "Amina K.", "#form"), ("Amount", "€120.50", "#form"), ("From", "Bank account")],
        "page": Paginator(range(120), 25).get_page(request.GET.get("page", 2)),
        "steps": ["The group", "Seven rules", "Your services", "Check"],
        "at": datetime(2026, 3, 3, 13, 5, tzinfo=UTC),
        "day": date(2026, 3, 3),
        "span": timedelta(days=2, hours=3),
        "ratio": Fraction(1, 8),
    }
