"""What an adopted proposal can do to people: admit an applicant."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.effects import Data, Effect
from marke.common.forms import MarkeForm
from marke.common.refusal import Refused
from marke.parties.models import Coop, Membership, Party
from marke.parties.queries import applicants
from marke.parties.services.memberships import admit_member, refuse_member


class NoSuchApplicant(Refused):
    pass


class ApplicantChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.party.name} ({obj.number})"


class AdmitForm(MarkeForm):
    """Which applicant; `initial` may name one by number under "membership"."""

    membership = ApplicantChoice(queryset=Membership.objects.none(), to_field_name="number", label=gettext_lazy("Applicant"))

    def __init__(self, data: Any = None, *, coop: Coop, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["membership"]
        assert isinstance(field, ApplicantChoice)
        field.queryset = applicants(coop)

    def effect_data(self) -> Data:
        return {"membership": self.cleaned_data["membership"].number}


def _applicant(coop: Coop, data: Data) -> Membership:
    membership = Membership.objects.select_related("party").filter(coop=coop, number=data.get("membership") or 0).first()
    if membership is None:
        raise NoSuchApplicant(
            _("There is no applicant with number %(number)s at %(coop)s.") % {"number": data.get("membership"), "coop": coop.name}
        )
    return membership


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    membership = _applicant(coop, data)
    if membership.state != Membership.State.APPLIED:
        raise NoSuchApplicant(
            _("%(name)s is not an applicant now (%(state)s), so there is nothing to decide.")
            % {"name": membership.party.name, "state": membership.get_state_display().lower()}
        )


def _describe(coop: Coop, data: Data) -> str:
    return _("%(name)s becomes a member of %(coop)s.") % {"name": _applicant(coop, data).party.name, "coop": coop.name}


def _apply(*, coop: Coop, data: Data, decision: Any, by: Party | None, at: datetime) -> None:
    admit_member(membership=_applicant(coop, data), by=by, at=at, note=str(decision))


def _refuse(*, coop: Coop, data: Data, by: Party | None, at: datetime, note: str) -> None:
    """Who was not admitted is told so; who is no longer applying is left alone."""
    applicant = applicants(coop).filter(number=data.get("membership") or 0).first()
    if applicant is not None:
        refuse_member(membership=applicant, by=by, at=at, note=note)


ADMIT = Effect(
    kind="admit",
    label=gettext_lazy("Admit a member"),
    method_rule="decisions.method_admission",
    form=AdmitForm,
    validate=_validate,
    describe=_describe,
    apply=_apply,
    refuse=_refuse,
)
