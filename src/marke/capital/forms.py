"""What members fill in about raising capital."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.capital.models import MemberLoan
from marke.common.effects import Data
from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.parties.models import Coop, Membership
from marke.shares.models import ORDINARY
from marke.shares.queries import classes


class IssueForm(MarkeForm):
    """What a proposal says about a share issue."""

    name = forms.CharField(
        max_length=80,
        label=_("Name of the issue"),
        help_text=_("What you would write on a poster, such as “A workshop of our own”."),
    )
    purpose = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        label=_("What the money is for"),
        help_text=_("Everybody reads it who thinks of taking part, and later what became of it."),
    )
    share_class = forms.ChoiceField(label=_("Which shares"))
    goal = MoneyField(label=_("The goal"), min_value=1)
    minimum = MoneyField(
        label=_("The least that makes sense"),
        required=False,
        help_text=_("With less, everybody gets their money back. Empty: whatever comes in is welcome."),
    )
    maximum = MoneyField(label=_("The most that is taken"), required=False, help_text=_("Empty: the goal."))
    each = MoneyField(
        label=_("The most that one person takes"),
        required=False,
        help_text=_("Empty: what the rules allow. Above the bound for offers without a document, an information note is needed."),
    )
    closes_on = DateField(label=_("Last day"), help_text=_("It opens when the proposal is adopted."))
    closes_when_full = forms.BooleanField(
        label=_("Close as soon as it is full"),
        required=False,
        help_text=_("First come, first served. Without it, the shares are dealt when the last day is over."),
    )
    public = forms.BooleanField(
        label=_("Everybody may read the page"), required=False, help_text=_("To share it outside the co-op.")
    )

    def __init__(self, data: Any = None, *, coop: Coop, initial: Any = None) -> None:
        super().__init__(data, initial={"public": True, **(initial or {})})
        found = [(each.code, str(each)) for each in classes(coop) if each.closed_at is None]
        field = self.fields["share_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = found or [(ORDINARY, _("Ordinary shares"))]
        if len(field.choices) < 2:
            field.widget = forms.HiddenInput()
            field.initial = ORDINARY
        for name in ("goal", "minimum", "maximum", "each"):
            money = self.fields[name]
            assert isinstance(money, MoneyField)
            money.use_currency(coop.currency)

    def effect_data(self) -> Data:
        said = self.cleaned_data
        return {
            "name": said["name"],
            "purpose": said["purpose"],
            "share_class": said["share_class"],
            "goal": said["goal"],
            "minimum": said["minimum"] or 0,
            "maximum": said["maximum"] or said["goal"],
            "each": said["each"],
            "closes_on": said["closes_on"].isoformat(),
            "closes_when_full": said["closes_when_full"],
            "public": said["public"],
        }


class SubscriptionForm(MarkeForm):
    shares = forms.IntegerField(label=_("How many shares"), min_value=1, max_value=1_000_000)
    noted = forms.BooleanField(label=_("I have read the information note"), required=False)
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, asks_note: bool, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        if not asks_note:
            del self.fields["noted"]


class ReportForm(MarkeForm):
    date = DateField(label=_("Date"), help_text=_("The day on which it was done."))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, label=_("What was done with the money"))
    amount = MoneyField(label=_("What it cost"), required=False, min_value=1)
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        money = self.fields["amount"]
        assert isinstance(money, MoneyField)
        money.use_currency(coop.currency)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.party.name} ({obj.number})"


class LoanForm(MarkeForm):
    """What was agreed with a member who lends."""

    membership = MemberChoice(queryset=Membership.objects.none(), to_field_name="number", label=_("Who lends"))
    amount = MoneyField(label=_("How much"), min_value=1)
    rate = PercentField(label=_("Interest a year"), max_value=25, help_text=_("In percent, for example 2.5; 0 for none."))
    years = forms.IntegerField(label=_("For how many years"), min_value=1, max_value=100)
    repayment = forms.ChoiceField(label=_("How it is paid back"), choices=MemberLoan.Repayment.choices, widget=forms.RadioSelect)
    purpose = forms.CharField(max_length=200, label=_("What the money is for"))
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop) -> None:
        super().__init__(data, initial={"repayment": MemberLoan.Repayment.EQUAL_PARTS, "years": 5})
        who = self.fields["membership"]
        assert isinstance(who, forms.ModelChoiceField)
        members = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER)
        who.queryset = members.select_related("party", "coop").order_by("number")
        money = self.fields["amount"]
        assert isinstance(money, MoneyField)
        money.use_currency(coop.currency)
