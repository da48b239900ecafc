"""What an adopted proposal can do to shares: open a class, or close one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.effects import Data, Effect
from marke.common.forms import MarkeForm
from marke.parties.models import Coop, Party
from marke.rules.models import Decision
from marke.rules.scopes import member_classes
from marke.shares import queries
from marke.shares.models import ORDINARY, ShareClass
from marke.shares.services.classes import ClassRefused, check_class, close_share_class, open_share_class


class OpenClassForm(MarkeForm):
    """A new class of shares. What it costs and brings are rules, proposed one by one when it is there."""

    name = forms.CharField(
        label=gettext_lazy("Name of the shares"), max_length=60, help_text=gettext_lazy("Such as Investor shares")
    )
    code = forms.SlugField(
        label=gettext_lazy("A short word for them"),
        max_length=24,
        help_text=gettext_lazy("In small letters, such as investor. It stands in addresses and files and never changes."),
    )
    member_classes = forms.MultipleChoiceField(
        label=gettext_lazy("Which kinds of member they are for"),
        help_text=gettext_lazy("Choose none if they are for everybody."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, coop: Coop, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["member_classes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, str(label)) for code, label in member_classes(coop).items()]

    def effect_data(self) -> Data:
        return {key: self.cleaned_data[key] for key in ("name", "code", "member_classes")}


class CloseClassForm(MarkeForm):
    """Of which class no new shares are issued."""

    code = forms.ChoiceField(label=gettext_lazy("Kind of share"))

    def __init__(self, data: Any = None, *, coop: Coop, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.code, str(each)) for each in queries.classes(coop) if each.code != ORDINARY and not each.closed_at]

    def effect_data(self) -> Data:
        return {"code": self.cleaned_data["code"]}


def _validate_open(coop: Coop, data: Data, at: datetime) -> None:
    check_class(coop=coop, code=str(data.get("code", "")), name=str(data.get("name", "")))


def _describe_open(coop: Coop, data: Data) -> str:
    return _("There is a new kind of share: “%(name)s” (%(code)s).") % {"name": data.get("name"), "code": data.get("code")}


def _apply_open(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    open_share_class(
        coop=coop,
        code=str(data["code"]),
        name=str(data["name"]),
        member_classes=[str(each) for each in data.get("member_classes", ())],
        decision=decision,
        by=by,
        at=at,
    )


def _class(coop: Coop, data: Data) -> ShareClass:
    found = queries.class_of(coop, str(data.get("code", "")))
    if found is None or found.code == ORDINARY or found.closed_at is not None:
        raise ClassRefused(_("There is no class “%(code)s” that could be closed.") % {"code": str(data.get("code"))[:40]})
    return found


def _validate_close(coop: Coop, data: Data, at: datetime) -> None:
    _class(coop, data)


def _describe_close(coop: Coop, data: Data) -> str:
    found = queries.class_of(coop, str(data.get("code", "")))
    return _("No new shares of the kind “%(name)s” are issued; those there are stay.") % {"name": str(found or data.get("code"))}


def _apply_close(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    close_share_class(share_class=_class(coop, data), decision=decision, by=by, at=at)


OPEN_CLASS = Effect(
    kind="open_share_class",
    label=gettext_lazy("Add a kind of share"),
    method_rule="decisions.method_rules",
    form=OpenClassForm,
    validate=_validate_open,
    describe=_describe_open,
    apply=_apply_open,
)
CLOSE_CLASS = Effect(
    kind="close_share_class",
    label=gettext_lazy("Issue no new shares of a kind"),
    method_rule="decisions.method_rules",
    form=CloseClassForm,
    validate=_validate_close,
    describe=_describe_close,
    apply=_apply_close,
)
