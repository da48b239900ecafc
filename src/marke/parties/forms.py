"""What people fill in about themselves and each other."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from marke.common import clock, sign_in
from marke.common.forms import DateField, MarkeForm, OnceKey
from marke.parties.models import Circle, Coop, Mandate, Membership, Party, User
from marke.parties.queries import active_members, open_circles
from marke.parties.services.people import give_sign_in

State = Membership.State
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class NameField(forms.CharField):
    """A name as people write it, in any script, without control characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        name = " ".join(CONTROL.sub("", str(super().clean(value))).split())
        if name and not any(character.isalnum() for character in name):
            raise ValidationError(gettext("“%(text)s” is not a name. Write it with letters.") % {"text": name[:40]})
        return name


class PhoneField(forms.CharField):
    """A telephone number; cleans to digits with an optional + in front."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        digits = re.sub(r"[\s().\-/]", "", text)
        if text and not re.fullmatch(r"\+?[0-9]{6,20}", digits):
            raise ValidationError(
                gettext("“%(text)s” is not a telephone number. Write it like +32 470 12 34 56.") % {"text": text[:40]}
            )
        return digits


def _mail(**kwargs: Any) -> forms.EmailField:
    return forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}), **kwargs)


class AgreeForm(MarkeForm):
    """Somebody who is signed in joins or applies."""

    engagement = forms.ChoiceField(
        choices=Membership.Engagement.choices, initial=Membership.Engagement.SELF_EMPLOYED, label=_("How you work")
    )
    motivation = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("A word about yourself")
    )
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if coop.founded_at is None:
            del self.fields["motivation"]


class JoinForm(AgreeForm):
    """Somebody new joins: a name and one way to be reached; no password."""

    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = _mail(required=False, label=_("Mail address"), help_text=_("You sign in with a code that we mail to you."))
    phone = PhoneField(required=False, label=_("Telephone"), help_text=_("A mail address or a telephone number is enough."))
    field_order = ["name", "email", "phone", "engagement", "motivation"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"email", "phone"} & set(self.errors) and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", gettext("Fill in a mail address or a telephone number, so that we can reach you."))
        return cleaned


class NewMemberForm(JoinForm):
    """An officer writes down an application that came by paper, phone or chat."""

    kind = forms.ChoiceField(choices=Party.Kind.choices, initial=Party.Kind.PERSON, label=_("Who applies"))
    name = NameField(label=_("Name"))
    email = _mail(required=False, label=_("Mail address"), help_text=_("With it they can sign in."))
    engagement = forms.ChoiceField(
        choices=Membership.Engagement.choices, initial=Membership.Engagement.SELF_EMPLOYED, label=_("How they work")
    )
    field_order = ["kind", "name", "email", "phone", "engagement", "motivation"]


class PersonForm(MarkeForm):
    """Who I am, on every co-op of this installation."""

    name = NameField(label=_("Name"))
    phone = PhoneField(required=False, label=_("Telephone"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
    street = forms.CharField(max_length=200, required=False, label=_("Street and number"))
    postcode = forms.CharField(max_length=20, required=False, label=_("Postcode"))
    city = forms.CharField(max_length=100, required=False, label=_("Town"))
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        required=False,
        label=_("Country"),
        help_text=_("Two letters, for example BE"),
        error_messages={"invalid": _("Write the country with two letters, for example BE.")},
    )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class ContactForm(PersonForm):
    """What an officer keeps of a member who has no sign-in."""

    email = _mail(required=False, label=_("Mail address"), help_text=_("With it they can sign in."))
    field_order = ["name", "email", "phone"]


class InvitationForm(MarkeForm):
    days = forms.IntegerField(
        min_value=1,
        max_value=365,
        initial=30,
        label=_("Valid for how many days"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    once_key = OnceKey()

    def expires_at(self, at: datetime) -> datetime:
        return at + timedelta(days=self.cleaned_data["days"])


class CircleForm(MarkeForm):
    name = NameField(max_length=80, label=_("Name"))
    purpose = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("What it is for")
    )
    parent = forms.ModelChoiceField(
        queryset=Circle.objects.none(), required=False, label=_("Part of"), empty_label=_("the whole co-op")
    )

    def __init__(self, data: Any = None, *, coop: Coop, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = open_circles(coop)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.party.name} ({obj.number})"


class MandateForm(MarkeForm):
    membership = MemberChoice(queryset=Membership.objects.none(), to_field_name="number", label=_("Member"))
    office = forms.ChoiceField(choices=Mandate.Office.choices, label=_("Office"))
    starts_on = DateField(label=pgettext_lazy("term", "From"))
    ends_on = DateField(label=pgettext_lazy("term", "Until"), help_text=_("The first day without it"))
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Why"),
        help_text=_("Everybody can read it, for example: chosen at the meeting of 3 March"),
    )

    def __init__(self, data: Any = None, *, coop: Coop, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, MemberChoice)
        field.queryset = active_members(coop)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(start, date) and isinstance(end, date) and end <= start:
            self.add_error("ends_on", gettext("A term ends after it starts (%(day)s).") % {"day": start.isoformat()})
        return cleaned


class ReasonForm(MarkeForm):
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label=_("Why"))


class LeaveForm(MarkeForm):
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("What we should know")
    )


class RepresentativeForm(MarkeForm):
    """Who may act for an organisation or household: somebody with a sign-in on this installation."""

    email = _mail(label=_("Mail address of the person"), help_text=_("The address with which they sign in"))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        self.person = Party.objects.filter(user__email__iexact=email, kind=Party.Kind.PERSON, erased_at=None).first()
        if self.person is None:
            raise ValidationError(
                gettext("Nobody signs in here as %(email)s. Let them sign in once; then they can be added.") % {"email": email}
            )
        return email


class HomeBaseForm(MarkeForm):
    """Where somebody starts from, only if they want to share it."""

    latitude = forms.DecimalField(
        min_value=Decimal(-90), max_value=Decimal(90), max_digits=9, decimal_places=7, label=_("Latitude"),
        help_text=_("For example 50.8466"),
    )  # fmt: skip
    longitude = forms.DecimalField(
        min_value=Decimal(-180), max_value=Decimal(180), max_digits=10, decimal_places=7, label=_("Longitude"),
        help_text=_("For example 4.3528"),
    )  # fmt: skip

    def e7(self) -> tuple[int, int]:
        return int(self.cleaned_data["latitude"] * 10**7), int(self.cleaned_data["longitude"] * 10**7)


class RequestLoginCodeForm(sign_in.RequestLoginCodeForm):
    """Somebody whom the co-op knows by mail address, but who never signed in, gets a code like everybody else."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if not User.objects.filter(email__iexact=email).exists():
            known = Party.objects.filter(user=None, kind=Party.Kind.PERSON, email__iexact=email, erased_at=None)
            if (party := known.order_by("id").first()) is not None:
                give_sign_in(party=party, verified=False, at=clock.now())
        return str(super().clean_email())
