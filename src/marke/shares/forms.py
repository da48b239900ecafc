"""What members fill in about shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, OnceKey
from marke.parties.models import Coop, Membership
from marke.shares.models import ShareClass

MOST = 1_000_000
# Where a co-op has more members than that, one writes the number of a member instead of choosing a name.
MOST_NAMES = 60


class ShareRequestForm(MarkeForm):
    """How many of each class; one plain question where there is one class only."""

    once_key = OnceKey()

    def __init__(self, *args: Any, classes: Sequence[ShareClass], minimum: int = 1, notes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classes, self.notes = classes, notes
        for share_class in classes:
            alone = len(classes) == 1
            self.fields[self._field(share_class)] = forms.IntegerField(
                label=_("How many shares") if alone else str(share_class),
                min_value=1 if alone else 0,
                max_value=MOST,
                initial=minimum if alone else None,
                required=alone,
            )
        if notes:
            self.fields["noted"] = forms.BooleanField(label=_("I have read the information note"), required=False)
        self.order_fields([*(self._field(each) for each in classes), "noted", "once_key"])

    def _field(self, share_class: ShareClass) -> str:
        return "shares" if len(self.classes) == 1 else f"shares_{share_class.code}"

    def wanted(self) -> list[tuple[ShareClass, int]]:
        numbers = [(each, self.cleaned_data.get(self._field(each)) or 0) for each in self.classes]
        return [(each, number) for each, number in numbers if number]

    def first(self) -> str | None:
        """The field beside which a refusal stands."""
        return self._field(self.classes[0]) if self.classes else None


class GiftForm(ShareRequestForm):
    """The same, for somebody else."""

    def __init__(self, *args: Any, coop: Coop, apart_from: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"] = member_field(coop, apart_from, label=_("For whom"))
        self.order_fields(["receiver"])


class ShareRefundForm(MarkeForm):
    date = DateField(label=_("Date"), help_text=_("The day on which the money left the bank."))
    once_key = OnceKey()


class CallForm(MarkeForm):
    once_key = OnceKey()


class RegisterDayForm(MarkeForm):
    on = DateField(label=_("The register on"), required=False)

    def __init__(self, *args: Any, classes: Sequence[ShareClass] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(classes) > 1:
            choices = [("", _("all kinds")), *((each.code, str(each)) for each in classes)]
            self.fields["of"] = forms.ChoiceField(label=_("Kind of share"), choices=choices, required=False)


class MemberNumberField(forms.IntegerField):
    """A member by number, in co-ops too large for a list of names."""

    def __init__(self, coop: Coop, apart_from: Membership, **kwargs: Any) -> None:
        super().__init__(min_value=1, help_text=_("The member's number. You see the name before anything happens."), **kwargs)
        self.coop, self.apart_from = coop, apart_from

    def clean(self, value: Any) -> Membership | None:
        number = super().clean(value)
        found = _members(self.coop, self.apart_from).filter(number=number).first() if number is not None else None
        if number is not None and found is None:
            raise ValidationError(gettext("There is no other member with number %(number)s.") % {"number": number})
        return found


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.party.name} ({obj.number})"


def _members(coop: Coop, apart_from: Membership, states: Sequence[str] = (Membership.State.MEMBER,)) -> Any:
    rows = Membership.objects.filter(coop=coop, state__in=states).exclude(pk=apart_from.pk)
    return rows.select_related("party", "coop").order_by("party__name", "number")


def member_field(
    coop: Coop, apart_from: Membership, *, label: Any, states: Sequence[str] = (Membership.State.MEMBER,)
) -> forms.Field:
    rows = _members(coop, apart_from, states)
    if rows.count() > MOST_NAMES:
        return MemberNumberField(coop, apart_from, label=label)
    return MemberChoice(queryset=rows, to_field_name="number", label=label)


class TransferForm(MarkeForm):
    """How many shares of which class go to whom, or into which class."""

    once_key = OnceKey()

    def __init__(
        self,
        *args: Any,
        giver: Membership,
        classes: Sequence[ShareClass],
        to_classes: Sequence[ShareClass] = (),
        to_member: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.classes, self.to_classes = classes, to_classes
        if len(classes) > 1:
            self.fields["share_class"] = forms.ChoiceField(
                label=_("Which kind of share"), choices=[(each.code, str(each)) for each in classes]
            )
        self.fields["shares"] = forms.IntegerField(label=_("How many shares"), min_value=1, max_value=MOST)
        if to_member:
            self.fields["receiver"] = member_field(giver.coop, giver, label=_("Who takes them over"))
        if to_classes:
            self.fields["to_class"] = forms.ChoiceField(
                label=_("Into which kind"), choices=[(each.code, str(each)) for each in to_classes]
            )
        self.order_fields(["share_class", "shares", "receiver", "to_class", "once_key"])

    def share_class(self) -> ShareClass:
        return _of(self.classes, self.cleaned_data.get("share_class")) or self.classes[0]

    def to_class(self) -> ShareClass | None:
        return _of(self.to_classes, self.cleaned_data.get("to_class"))


def _of(classes: Sequence[ShareClass], code: Any) -> ShareClass | None:
    return next((each for each in classes if each.code == code), None)


class MoveForm(MarkeForm):
    """What somebody does with a transfer; a refusal says why."""

    note = forms.CharField(label=_("Why"), max_length=300, required=False)


class InheritanceForm(MarkeForm):
    """Whose shares go to whom, and by which paper that is known."""

    note = forms.CharField(
        label=_("By which paper it is known"),
        max_length=300,
        help_text=_("Such as: deed of inheritance of 3 March 2026, notary Peeters. Keep the paper itself."),
    )
    once_key = OnceKey()

    def __init__(self, *args: Any, giver: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = (Membership.State.MEMBER, Membership.State.APPLIED)
        self.fields["heir"] = member_field(giver.coop, giver, label=_("The heir"), states=states)
        self.order_fields(["heir", "note", "once_key"])
