"""What clients, workers and those in office fill in about feedback."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marke.common.forms import MarkeForm
from marke.feedback.models import Scale
from marke.parties.models import Circle


def _words(label: Any, hint: Any, *, most: int = 500, rows: int = 3, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, max_length=most, widget=widget, required=required)


def score_choices(scale: str) -> list[tuple[int, str]]:
    """ "5", "★★★★★, very good": the score, and what it says."""
    if scale == Scale.THUMBS:
        return [(1, str(_("Good"))), (0, str(_("Not good")))]
    if scale == Scale.STARS:
        return [(n, ngettext("%(n)d star", "%(n)d stars", n) % {"n": n}) for n in (1, 2, 3, 4, 5)]
    return []


class SayForm(MarkeForm):
    """How it was: an answer on the scale of the rule, a sentence for everybody, a note for the co-op."""

    score = forms.TypedChoiceField(label=_("How was it?"), coerce=int, empty_value=None, widget=forms.RadioSelect, required=False)
    sentence = _words(_("A sentence"), "", required=False, rows=2)
    note = _words(_("A note for the co-op"), _("Only those with a mandate read it."), most=1_000, rows=2, required=False)

    def __init__(self, data: Any = None, *, scale: str, public: bool = True, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        choices = score_choices(scale)
        if choices:
            field: Any = self.fields["score"]
            field.choices = choices
        else:
            del self.fields["score"]
        self.fields["sentence"].help_text = (
            _("May be shown to everybody, without your name.")
            if public
            else _("Nobody is shown it now; that may change by a vote.")
        )


class PlaceForm(MarkeForm):
    sentence = _words(
        _("What is good to know about this place"),
        _("For example “dog; third floor without a lift”. Only who works there next reads it."),
        rows=2,
    )


class AnswerForm(MarkeForm):
    circle = forms.ModelChoiceField(Circle.objects.none(), label=_("Answer as"), required=False, empty_label=_("myself"))
    text = _words(_("Your answer"), _("It stands under the sentence, for everybody."), rows=2)

    def __init__(self, data: Any = None, *, circles: Any, own: bool) -> None:
        super().__init__(data)
        field: Any = self.fields["circle"]
        field.queryset = circles
        field.says_optional = False
        if not own:
            field.required, field.empty_label = True, None
        elif not circles.exists():
            del self.fields["circle"]


class HideForm(MarkeForm):
    reason = _words(
        _("Why these words are hidden"), _("Who said them reads it and can contest it. The score stays counted."), rows=2
    )


class ContestForm(MarkeForm):
    text = _words(_("Why they should be shown"), _("Somebody else with a mandate reads it and answers."), most=1_000)


class ContestAnswerForm(MarkeForm):
    lift = forms.ChoiceField(
        label=_("These words"), widget=forms.RadioSelect, choices=[("yes", _("are shown again")), ("no", _("stay hidden"))]
    )
    text = _words(_("Why"), _("Who said them reads it."), rows=2)
