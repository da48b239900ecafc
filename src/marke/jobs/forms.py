"""The forms of work."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.common.forms import MarkeForm, MoneyField, PercentField
from marke.jobs.kinds import kinds_of, label_of
from marke.jobs.models import Capability, Contest, Job, Service
from marke.jobs.services.catalogue import BY_FARE, HIGHEST_PRICE, LONGEST_MINUTES
from marke.jobs.services.disputes import LONGEST_TEXT
from marke.jobs.vat_rates import standard_rate
from marke.parties.models import Coop
from marke.rates.queries import kinds_with_a_fare
from marke.rules.queries import rulebook

LONGEST_ID = 18  # digits that a column of whole numbers takes
VAT_CATEGORIES = [
    ("S", _("Standard or reduced rate")),
    ("Z", _("Zero rate")),
    ("E", _("Exempt")),
    ("O", _("Outside VAT")),
]


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class _CapabilitiesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def clean(self, value: Any) -> Any:
        """Numbers that no row can have do not reach the database, which has no place for them."""
        for said in value or ():
            if len(str(said)) > LONGEST_ID:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(said)[:LONGEST_ID]}
                )
        return super().clean(value)


class ServiceForm(MarkeForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("In a sentence"), required=False, max_length=300, widget=text_area(2))
    job_kind = forms.ChoiceField(label=_("Kind of work"), help_text=_("Rules can differ by kind of work"))
    per = forms.ChoiceField(label=_("The price is"), widget=forms.RadioSelect)
    price = MoneyField(label=_("Price without VAT"), max_value=HIGHEST_PRICE, required=False)
    minutes = forms.IntegerField(
        label=_("How long it takes, in minutes"), min_value=1, max_value=LONGEST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    vat_category = forms.ChoiceField(
        label=_("VAT"), choices=VAT_CATEGORIES, help_text=_("Charged once the co-op has a VAT number")
    )
    vat = PercentField(label=_("VAT rate"), required=False, help_text=_("In percent; empty where no rate is due"))
    needs_pickup = forms.BooleanField(label=_("Something is picked up at one place and brought to another"), required=False)
    asks_load = forms.BooleanField(label=_("The client is asked how heavy it is"), required=False)
    most_stops = forms.IntegerField(
        label=_("Stops on the way that a client may add"), required=False, min_value=0, max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    needs = _CapabilitiesField(
        Capability.objects.none(), label=_("What the work needs"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, coop: Coop, at: datetime, service: Service | None = None, **kwargs: Any) -> None:
        if service is not None:
            kwargs["initial"] = _of_service(service)
        else:
            rate = standard_rate(coop.country, local_date(at, coop.timezone))
            kwargs["initial"] = {"per": "job", "minutes": 60, "vat_category": "S" if rate else "O", "vat": _ratio(rate or 0)}
        super().__init__(*args, **kwargs)
        self.fields["price"].use_currency(coop.currency)  # type: ignore[attr-defined]
        self._choose_needs(coop)
        self._choose_price(coop, at)
        kinds = {kind.kind: str(kind.label) for kind in kinds_of(coop.pack)}
        used = Service.objects.filter(coop=coop).order_by().values_list("job_kind", flat=True).distinct()
        kinds |= {kind: label_of(kind) for kind in used if kind not in kinds}
        self.fields["job_kind"].choices = list(kinds.items()) or [("job", gettext("Job"))]  # type: ignore[attr-defined]
        if service is not None:
            del self.fields["job_kind"]

    def _choose_needs(self, coop: Coop) -> None:
        there = Capability.objects.filter(coop=coop, ended_at=None)
        if there:
            self.fields["needs"].queryset = there  # type: ignore[attr-defined]
        else:
            del self.fields["needs"]

    def _choose_price(self, coop: Coop, at: datetime) -> None:
        """By the fare only where there is one."""
        choices = [("job", gettext("per job")), ("hour", gettext("per hour"))]
        if kinds := kinds_with_a_fare(rulebook(coop, at), coop):
            choices.append((BY_FARE, gettext("by our fare, for: %(kinds)s") % {"kinds": ", ".join(kinds.values())}))
            self.fields["price"].help_text = gettext("Leave it empty where our fare counts")
            self.fields["price"].says_optional = False  # type: ignore[attr-defined]
            self.fields["minutes"].help_text = gettext("By our fare: at the doors; the way comes on top")
        self.fields["per"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("price") is None and data.get("per") != BY_FARE and "price" not in self.errors:
            self.add_error("price", gettext("Enter the price without VAT."))
        data["price"] = data.get("price") or 0
        data["most_stops"] = data.get("most_stops") or 0
        rate = data.get("vat")
        permille = round(rate * 1000) if rate else 0
        category = data.get("vat_category")
        if category == "S" and not permille and "vat" not in self.errors:
            self.add_error("vat", gettext("Give the rate, for example 21. Where none is due, choose another kind of VAT."))
        data["vat_permille"] = permille if category == "S" else 0
        return data


def _ratio(permille: int) -> Fraction | None:
    return Fraction(permille, 1000) if permille else None


def _of_service(service: Service) -> dict[str, Any]:
    names = ("name", "description", "price", "per", "minutes", "vat_category", "needs_pickup", "asks_load", "most_stops")
    return {
        **{name: getattr(service, name) for name in names},
        "needs": list(service.needs.all()),
        "vat": _ratio(service.vat_permille),
    }


class ReasonForm(MarkeForm):
    """A text that somebody else will read."""

    text = forms.CharField(label=_("What was not right?"), widget=text_area(4), validators=[MaxLengthValidator(LONGEST_TEXT)])

    def __init__(self, *args: Any, label: object = "", hint: object = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = str(label)
        if hint:
            self.fields["text"].help_text = str(hint)


class ContestForm(ReasonForm):
    about = forms.ChoiceField(label=_("What is it about?"), choices=Contest.About, widget=forms.RadioSelect, initial="offer")
    field_order = ("about", "text")

    def __init__(self, *args: Any, with_settlement: bool, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What do you not agree with?"), hint=_("A person with a mandate answers."), **kwargs)
        if not with_settlement:
            self.fields["about"].widget = forms.HiddenInput()


class AnswerForm(MarkeForm):
    """How a contest ends, and why."""

    outcome = forms.ChoiceField(label=_("How does it end?"), choices=Contest.Outcome, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("The member reads it; it stays with the job."),
        widget=text_area(4),
        validators=[MaxLengthValidator(LONGEST_TEXT)],
    )


class ResolutionForm(MarkeForm):
    outcome = forms.ChoiceField(
        label=_("How does it end?"), widget=forms.RadioSelect,
        choices=[(Job.State.SETTLED, _("It is paid, at the price below")), (Job.State.CANCELLED, _("It is cancelled, and nobody owes anything"))],
    )  # fmt: skip
    price = MoneyField(label=_("Price without VAT"), max_value=HIGHEST_PRICE)
    text = forms.CharField(
        label=_("Why?"),
        help_text=_("Client and worker read it."),
        widget=text_area(4),
        validators=[MaxLengthValidator(LONGEST_TEXT)],
    )

    def __init__(self, *args: Any, job: Job, **kwargs: Any) -> None:
        kwargs["initial"] = {"price": job.price, "outcome": Job.State.SETTLED}
        super().__init__(*args, **kwargs)
        self.fields["price"].use_currency(job.coop.currency)  # type: ignore[attr-defined]


class CorrectionForm(MarkeForm):
    price = MoneyField(label=_("Right price without VAT"), max_value=HIGHEST_PRICE)
    text = forms.CharField(
        label=_("Why is it corrected?"), help_text=_("Everybody concerned can read it."), widget=text_area(3),
        validators=[MaxLengthValidator(LONGEST_TEXT)],
    )  # fmt: skip

    def __init__(self, *args: Any, job: Job, **kwargs: Any) -> None:
        kwargs["initial"] = {"price": job.price}
        super().__init__(*args, **kwargs)
        self.fields["price"].use_currency(job.coop.currency)  # type: ignore[attr-defined]
