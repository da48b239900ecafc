"""What people fill in about proposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, OnceKey
from marke.decisions.models import Ballot
from marke.decisions.services.drafts import LONGEST_TEXT, LONGEST_TITLE
from marke.decisions.services.votes import LONGEST_REASON
from marke.threads.services import LONGEST_COMMENT


class ProposalForm(MarkeForm):
    """Title and reason; what the proposal does is the form of its effect, beside this one."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, help_text=_("What you propose, in a few words"))
    text = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is the matter now, and what would be better? The others read this before they vote."),
    )
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, titled: bool, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        if titled:  # what the proposal does says enough
            self.fields["title"].required = False
            self.fields["title"].help_text = _("Leave it empty, and what the proposal changes becomes its title")


class CommentForm(MarkeForm):
    text = forms.CharField(label=_("Your comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4}))
    once_key = OnceKey()


class BallotForm(MarkeForm):
    member = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    choice = forms.ChoiceField(choices=Ballot.Choice.choices, label=_("Your vote"))
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)


class MandateForm(MarkeForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is written into the book of decisions, for all members to read"),
    )


class AsideForm(MandateForm):
    """Why an effect that failed is left as it is."""
