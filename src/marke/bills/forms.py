"""What people bring in, type in and answer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.bills.conditions import OF_SALES, compact
from marke.bills.costs import cost_choices
from marke.bills.files import ACCEPT, MOST_BYTES
from marke.bills.models import Bill
from marke.bills.services import Booking, OwnVat, Typed, rates_for
from marke.bills.understanding import Seller
from marke.bills.words import REASON_WORDS
from marke.common.forms import DateField, MarkeForm, MoneyField
from marke.common.uploads import UploadField
from marke.rules.sentences import write_percent
from marke_core.banking import BadIban, BadReference, read_iban, read_reference


class BringForm(MarkeForm):
    file = UploadField(
        label=_("The bill"),
        help_text=_("An e-invoice (XML), a PDF, or a photo that you take now."),
        accept=ACCEPT,
        most=MOST_BYTES,
        too_large=_("The file has %(size)d MB. Bring one of at most %(most)d MB."),
    )


class FieldsForm(MarkeForm):
    """What stands on a photo or a plain PDF."""

    name = forms.CharField(label=_("Who sent it?"), max_length=120, help_text=_("The supplier, as on the bill"))
    vat_number = forms.CharField(label=_("Their VAT number"), max_length=20, required=False)
    paper = forms.CharField(label=_("Their number"), max_length=60, help_text=_("Of the bill, as the supplier wrote it"))
    issue_date = DateField(label=_("Of which day?"))
    due_date = DateField(label=_("To be paid by"), required=False)
    net = MoneyField(label=_("Without VAT"), min_value=0)
    vat = MoneyField(label=_("VAT"), min_value=0)
    is_credit_note = forms.BooleanField(label=_("It is a credit note: the supplier gives back"), required=False)
    iban = forms.CharField(label=_("To which account?"), max_length=42, required=False, help_text=_("The supplier’s IBAN"))
    reference = forms.CharField(label=_("With which reference?"), max_length=140, required=False)

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("net", "vat"):
            field = self.fields[name]
            assert isinstance(field, MoneyField)
            field.use_currency(bill.coop.currency)

    def clean_iban(self) -> str:
        if not (text := str(self.cleaned_data["iban"]).strip()):
            return ""
        try:
            return read_iban(text)
        except BadIban as bad:
            raise ValidationError(str(bad)) from None

    def clean_reference(self) -> str:
        """A structured one is written as banks compare it; one with a wrong check digit is a slip of the pen."""
        text = " ".join(str(self.cleaned_data["reference"]).split())
        try:
            return read_reference(text)
        except BadReference:
            if text.startswith("+++"):
                raise ValidationError(gettext("This reference has a wrong digit. Look at the bill once more.")) from None
            return text

    def typed(self) -> Typed:
        said = self.cleaned_data
        seller = Seller(name=said["name"], vat_number=compact(said["vat_number"]))
        names = ("paper", "issue_date", "due_date", "net", "vat", "is_credit_note", "iban", "reference")
        return Typed(seller=seller, **{name: said[name] for name in names})


class ApprovalForm(MarkeForm):
    cost = forms.ChoiceField(label=_("What was it for?"), required=False)
    own_kind = forms.ChoiceField(label=_("VAT that is ours to reckon"), required=False)
    own_base = MoneyField(label=_("On how much, without VAT?"), min_value=0, required=False)
    own_rate = forms.ChoiceField(label=_("At which rate?"), required=False)
    deducted = MoneyField(label=_("VAT that is taken off"), min_value=0)
    activity = forms.ModelChoiceField(
        label=_("Charged to a member’s business"),
        queryset=Activity.objects.none(),
        required=False,
        empty_label=_("to none: the co-op’s own cost"),
    )
    account_confirmed = forms.BooleanField(
        label=_("I asked the supplier by another way: the new account is theirs"), required=False
    )

    def __init__(self, *args: Any, bill: Bill, account_changed: bool, turned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self._offer_own(bill, turned)
        cost: Any = self.fields["cost"]
        cost.choices, cost.says_optional = cost_choices(), False
        deducted = self.fields["deducted"]
        assert isinstance(deducted, MoneyField)
        deducted.use_currency(bill.coop.currency)
        if not bill.coop.vat_number or not (bill.vat or offered):
            del self.fields["deducted"]
        elif offered:
            deducted.required = False
            deducted.help_text = _("Leave it empty, and the rule says how much of all VAT it is.")
        businesses = Activity.objects.filter(coop=bill.coop, closed_at=None).order_by("number")
        if bill.is_credit_note or not businesses:
            del self.fields["activity"]
        else:
            field: Any = self.fields["activity"]
            field.queryset, field.says_optional = businesses, False
            field.label_from_instance = lambda activity: f"{activity.number} {activity.name}"
        if not account_changed:
            del self.fields["account_confirmed"]

    def _offer_own(self, bill: Bill, turned: bool) -> bool:
        """Whether reverse charge is asked about: where it seems to be, and wherever a bill carries no VAT."""
        kind, base, rate = (self.fields[name] for name in ("own_kind", "own_base", "own_rate"))
        rates = rates_for(bill) if bill.coop.vat_number else ()
        if not rates or not (turned or not bill.vat):
            for name in ("own_kind", "own_base", "own_rate"):
                del self.fields[name]
            return False
        assert isinstance(kind, forms.ChoiceField) and isinstance(rate, forms.ChoiceField) and isinstance(base, MoneyField)
        kind.choices = [("", _("none: the bill is right as it is")), *Bill.Own.choices]
        rate.choices = [(str(permille), write_percent(Fraction(permille, 1000))) for permille in rates]
        base.use_currency(bill.coop.currency)
        for field in (kind, rate, base):
            vars(field)["says_optional"] = False
        return True

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("own_kind"):
            for name in ("own_base", "own_rate"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Say it, or choose above that no VAT is ours to reckon."))
        return said

    def booking(self) -> Booking:
        said = self.cleaned_data
        own = OwnVat(said["own_kind"], said["own_base"], int(said["own_rate"])) if said.get("own_kind") else None
        return Booking(
            cost=said["cost"], deducted=said.get("deducted", 0), activity=said.get("activity"), own=own,
            account_confirmed=bool(said.get("account_confirmed")),
        )  # fmt: skip


class AnswerForm(MarkeForm):
    """Asking the supplier, or refusing; a sale of our own is accepted or refused."""

    move = forms.ChoiceField(
        label=_("What happens to it?"), widget=forms.RadioSelect,
        choices=[("ask", _("Ask the supplier; it is not paid meanwhile")), ("refuse", _("Refuse it for good"))],
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Why?"), choices=list(REASON_WORDS.items()))
    text = forms.CharField(
        label=_("In your words"), max_length=300, help_text=_("The supplier reads it."), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, bill: Bill, **more: Any) -> None:
        super().__init__(*args, **more)
        if bill.state in OF_SALES:
            move, reason = self.fields["move"], self.fields["reason"]
            assert isinstance(move, forms.ChoiceField)
            move.choices = [("accept", _("It is right: accept it, it is booked by hand")), ("refuse", _("Refuse it for good"))]
            reason.help_text = _("Only if you refuse it.")
            self.fields["text"].help_text = _("Why you refuse it, which the client reads; or where it is booked.")
