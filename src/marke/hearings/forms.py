"""What people fill in about a hearing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, OnceKey
from marke.hearings.conditions import Outcome
from marke.hearings.models import Case
from marke.jobs.proof_forms import PhotoField
from marke.parties.models import Coop, Membership
from marke.rules.registry import in_order


def _words(label: Any, hint: Any = "", rows: int = 5, most: int = 5_000) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}))


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.party.name} ({obj.number})"


class OpenForm(MarkeForm):
    """The notice: who, which rule, what happened."""

    membership = MemberChoice(
        queryset=Membership.objects.none(), to_field_name="number", label=_("Whom it is about"), empty_label=_("Choose a member")
    )
    rule_key = forms.ChoiceField(label=_("Which of our rules is said to be broken"), required=False)
    agreed = forms.CharField(
        label=_("What was agreed, if no rule says it"),
        required=False,
        max_length=200,
        help_text=_("For example “we treat clients with respect”."),
    )
    grounds = _words(
        _("What happened"), _("When, where, who saw it. The member reads it word for word, and so do those who decide.")
    )
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop, own: Membership, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["membership"]
        present = (Membership.State.MEMBER, Membership.State.SUSPENDED)
        rows = Membership.objects.filter(coop=coop, state__in=present).exclude(pk=own.pk)
        field.queryset = rows.select_related("party").order_by("number")
        rule: Any = self.fields["rule_key"]
        rule.choices = [("", _("none of the rules; see below")), *((each.key, str(each.title)) for each in in_order())]


class StatementForm(MarkeForm):
    text = _words(
        _("Your statement"), _("Say it as you saw it. Those who decide read it before they decide anything."), 8, 10_000
    )
    photo = PhotoField(
        label=_("A photo that shows it"), required=False,
        help_text=_("Of a letter, a message, a place. Everybody who may read this case sees it."),
    )  # fmt: skip


class SpeakerForm(MarkeForm):
    speaker = MemberChoice(
        queryset=Membership.objects.none(), to_field_name="number", required=False, label=_("A member"), empty_label=_("nobody")
    )
    name = forms.CharField(
        label=_("Or somebody else"),
        required=False,
        max_length=120,
        help_text=_("A friend, a trade union, a lawyer: their name. What they say, you send."),
    )

    def __init__(self, data: Any = None, *, case: Case, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["speaker"]
        rows = Membership.objects.filter(coop=case.coop, state=Membership.State.MEMBER)
        rows = rows.exclude(pk=case.membership_id).exclude(party=case.opened_by)
        field.queryset = rows.select_related("party").order_by("number")


class InterimForm(MarkeForm):
    days = forms.IntegerField(label=_("For how many days at most"), min_value=1, max_value=60)
    grounds = _words(_("Whose safety asks for it, and why it cannot wait"), _("The member reads it."), 3)


class ReasonForm(MarkeForm):
    reason = _words(_("Why"), _("It stays with the case."), 3)


class OutcomeForm(MarkeForm):
    outcome = forms.ChoiceField(label=_("What follows"), widget=forms.RadioSelect)
    days = forms.IntegerField(
        label=_("Suspended for how many days"), required=False, min_value=1, max_value=365, help_text=_("Only for a suspension.")
    )
    reasons = _words(_("The reasons"), _("The member gets them word for word."))

    def __init__(self, data: Any = None, *, outcomes: list[str]) -> None:
        super().__init__(data)
        field: Any = self.fields["outcome"]
        field.choices = [(each, Outcome(each).label) for each in outcomes]
        if Outcome.SUSPENDED not in outcomes:
            del self.fields["days"]


class AppealForm(MarkeForm):
    text = _words(_("Why you do not agree"), _("Those who decide on the appeal read it."), 6)


class AppealAnswerForm(MarkeForm):
    upheld = forms.ChoiceField(
        label=_("The decision"),
        widget=forms.RadioSelect,
        choices=[("yes", _("It stands")), ("no", _("It is set aside, and nothing follows"))],
    )
    reasons = _words(_("The reasons"), _("The member gets them word for word."))
