"""The forms of work."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.common.forms import DateTimeField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.jobs.kinds import kinds_of, label_of
from marke.jobs.models import Contest, Door, Job, Service
from marke.jobs.services.catalogue import HIGHEST_PRICE, LONGEST_MINUTES
from marke.jobs.services.disputes import LONGEST_TEXT
from marke.jobs.vat_rates import standard_rate
from marke.parties.models import Coop
from marke.parties.queries import clients
from marke_core.matching import Place

TOLD_BY = [(Door.PHONE, _("by phone")), (Door.CHAT, _("by chat")), (Door.PAPER, _("on paper or in person"))]
VAT_CATEGORIES = [
    ("S", _("Standard or reduced rate")),
    ("Z", _("Zero rate")),
    ("E", _("Exempt")),
    ("O", _("Outside VAT")),
]


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DegreesField(forms.DecimalField):
    """Degrees, if the browser or a link knows them; cleans to an integer, times 1e7."""

    widget = forms.HiddenInput

    def __init__(self, most: int) -> None:
        super().__init__(required=False, min_value=-most, max_value=most, max_digits=12, decimal_places=7)

    def clean(self, value: Any) -> Any:
        degrees = super().clean(value)
        return None if degrees is None else int(degrees * Decimal(10**7))


class BookingForm(MarkeForm):
    """What a client says; an account is not asked for. `name` is not asked of those who are known."""

    starts_at = DateTimeField(label=_("When should it start?"))
    hours = forms.DecimalField(
        label=_("How many hours?"), min_value=Decimal("0.25"), max_value=LONGEST_MINUTES // 60, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), localize=True,
    )  # fmt: skip
    pickup = forms.CharField(
        label=_("Where is it picked up?"), help_text=_("Street, number and town"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Where is it?"), help_text=_("Street, number and town"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name, or that of your organisation"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and the invoice"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, help_text=_("If something comes up; one of the two is enough"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Anything we should know?"), required=False, max_length=2000, widget=text_area(),
        help_text=_("For example the bell, the floor, what is in it"),
    )  # fmt: skip
    place_lat, place_lon = DegreesField(90), DegreesField(180)
    pickup_lat, pickup_lon = DegreesField(90), DegreesField(180)
    once_key = OnceKey()

    def __init__(
        self, *args: Any, coop: Coop, service: Service, at: datetime, known: bool, for_others: bool = False, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"starts_at": at + timedelta(hours=1), **(kwargs.get("initial") or {})}
        kwargs["initial"].setdefault("hours", Decimal(service.minutes) / 60)
        super().__init__(*args, **kwargs)
        self.coop, self.service = coop, service
        if service.per != "hour":
            del self.fields["hours"]
        if service.needs_pickup:
            self.fields["place"].label = _("Where is it brought to?")
        else:
            del self.fields["pickup"], self.fields["pickup_lat"], self.fields["pickup_lon"]
        if known:
            del self.fields["name"], self.fields["email"], self.fields["phone"]
        if for_others:
            self._ask_for_whom()

    def _ask_for_whom(self) -> None:
        """A coordinator writes down what a client said."""
        choices = [
            ("", _now("A new client")),
            *((str(c.number), str(c.party)) for c in clients(self.coop).order_by("party__name")),
        ]
        whom = forms.ChoiceField(label=_("For which client?"), required=False, choices=choices)
        door = forms.ChoiceField(label=_("How did they ask?"), choices=TOLD_BY)
        self.fields["name"].required = False
        self.fields["name"].label = _("Name of a new client")
        self.fields = {"client": whom, "door": door, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # People do not see this field of the page; programs that fill in everything do.
        if self.data.get("website"):
            raise ValidationError(_("This form was filled in by a program. If you are a person, call us."))
        if "name" in self.fields and not data.get("client"):
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _now("Fill in the name, or choose a client."))
            if not data.get("email") and not data.get("phone") and "email" not in self.errors:
                self.add_error("email", _now("Give an e-mail address or a telephone number, so that we can reach you."))
        return data

    @property
    def minutes(self) -> int | None:
        hours = self.cleaned_data.get("hours")
        return None if hours is None else int(hours * 60)

    def point(self, where: str) -> Place | None:
        lat, lon = self.cleaned_data.get(f"{where}_lat"), self.cleaned_data.get(f"{where}_lon")
        return None if lat is None or lon is None else Place(lat, lon)


class ServiceForm(MarkeForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("In a sentence"), required=False, max_length=300, widget=text_area(2))
    job_kind = forms.ChoiceField(label=_("Kind of work"), help_text=_("Rules can differ by kind of work"))
    price = MoneyField(label=_("Price without VAT"), max_value=HIGHEST_PRICE)
    per = forms.ChoiceField(
        label=_("The price is"), choices=[("job", _("per job")), ("hour", _("per hour"))], widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=_("How long it takes, in minutes"), min_value=1, max_value=LONGEST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    vat_category = forms.ChoiceField(
        label=_("VAT"), choices=VAT_CATEGORIES, help_text=_("Charged once the co-op has a VAT number")
    )
    vat = PercentField(label=_("VAT rate"), required=False, help_text=_("In percent; empty where no rate is due"))
    needs_pickup = forms.BooleanField(label=_("Something is picked up at one place and brought to another"), required=False)

    def __init__(self, *args: Any, coop: Coop, at: datetime, service: Service | None = None, **kwargs: Any) -> None:
        if service is not None:
            kwargs["initial"] = _of_service(service)
        else:
            rate = standard_rate(coop.country, local_date(at, coop.timezone))
            kwargs["initial"] = {"per": "job", "minutes": 60, "vat_category": "S" if rate else "O", "vat": _ratio(rate or 0)}
        super().__init__(*args, **kwargs)
        self.fields["price"].use_currency(coop.currency)  # type: ignore[attr-defined]
        kinds = {kind.kind: str(kind.label) for kind in kinds_of(coop.pack)}
        used = Service.objects.filter(coop=coop).order_by().values_list("job_kind", flat=True).distinct()
        kinds |= {kind: label_of(kind) for kind in used if kind not in kinds}
        self.fields["job_kind"].choices = list(kinds.items()) or [("job", _now("Job"))]  # type: ignore[attr-defined]
        if service is not None:
            del self.fields["job_kind"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rate = data.get("vat")
        permille = round(rate * 1000) if rate else 0
        category = data.get("vat_category")
        if category == "S" and not permille and "vat" not in self.errors:
            self.add_error("vat", _now("Give the rate, for example 21. Where none is due, choose another kind of VAT."))
        data["vat_permille"] = permille if category == "S" else 0
        return data


def _ratio(permille: int) -> Fraction | None:
    return Fraction(permille, 1000) if permille else None


def _of_service(service: Service) -> dict[str, Any]:
    names = ("name", "description", "price", "per", "minutes", "vat_category", "needs_pickup")
    return {**{name: getattr(service, name) for name in names}, "vat": _ratio(service.vat_permille)}


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
