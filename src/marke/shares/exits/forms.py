"""What people fill in about shares that are given back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey
from marke.parties.models import Membership
from marke.shares.models import ShareClass, ShareExit

MOST = 10**15


class GiveBackForm(MarkeForm):
    share_class = forms.ModelChoiceField(ShareClass.objects.none(), label=_("Which shares"), empty_label=None)
    shares = forms.IntegerField(label=_("How many shares"), min_value=1, max_value=1_000_000)
    once_key = OnceKey()

    def __init__(self, *args: Any, classes: Iterable[ShareClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(classes)
        field: Any = self.fields["share_class"]
        field.queryset = ShareClass.objects.filter(pk__in=[each.pk for each in found])
        if len(found) == 1:
            field.initial, field.widget = found[0], forms.HiddenInput()


class ExitPaymentForm(MarkeForm):
    amount = MoneyField(label=_("Amount"), min_value=1)
    date = DateField(label=_("Date"), help_text=_("The day on which the money left the bank."))
    once_key = OnceKey()

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount: Any = self.fields["amount"]
        amount.use_currency(currency)


class LiquidityReportForm(MarkeForm):
    cash = MoneyField(label=_("In the bank now"), min_value=-MOST, max_value=MOST)
    expected_in = MoneyField(label=_("Expected in"), max_value=MOST)
    expected_out = MoneyField(label=_("Expected out"), max_value=MOST)
    text = forms.CharField(
        label=_("On what this rests"),
        help_text=_("Which clients pay what, which costs are known, what could go wrong. It is kept under your name."),
        widget=forms.Textarea(attrs={"rows": 6}),
        min_length=20,
        max_length=10_000,
    )
    once_key = OnceKey()

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "cash": _("What all bank accounts hold together, as the books have it. Correct it if the bank says otherwise."),
            "expected_in": _("What clients and members will surely pay in these months."),
            "expected_out": _("Pay, suppliers, taxes, loans that fall due in these months; without what is owed for shares."),
        }
        for name, hint in hints.items():
            field: Any = self.fields[name]
            field.use_currency(currency)
            field.help_text = hint


class EndMembershipForm(MarkeForm):
    membership = forms.ModelChoiceField(Membership.objects.none(), label=_("Who"))
    # Who is excluded has had a hearing, which ends the membership itself.
    kind = forms.ChoiceField(
        choices=[(ShareExit.Kind.DEATH, _("They have died"))], initial=ShareExit.Kind.DEATH, widget=forms.HiddenInput
    )
    note = forms.CharField(label=_("How it is known"), help_text=_("For example “told by her brother”."), max_length=200)
    once_key = OnceKey()

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["membership"]
        field.queryset = members
        field.label_from_instance = lambda member: f"{member.party.name} ({member.number})"
