"""What an adopted proposal can do to the legal form: take one on, or set a figure of one's own."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.clock import local_date, local_midnight
from marke.common.effects import Data, Effect
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.rules.models import Decision
from marke.rules.registry import get_rule
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, refusal_sentence, write_day
from marke.statutes.changes import Line, changes
from marke.statutes.forms import LegalFormForm, OwnFigureForm
from marke.statutes.models import OwnFigure
from marke.statutes.queries import our_form
from marke.statutes.sentences import figure_in_words, label_of, with_value
from marke.statutes.services import adopt_form, check_codes, check_together, set_own_figure, stated_figure
from marke_core.rulebook import BadValue
from marke_core.statutes import regime

METHOD_RULE = "statutes.method_form"


class NotThisChange(Refused):
    """A legal form or figure cannot be decided like this."""


def _day(data: Data) -> date:
    try:
        return date.fromisoformat(str(data.get("from", "")))
    except ValueError:
        raise NotThisChange(
            _("“%(day)s” is not a day from which something can hold. Write it like 2026-12-01.")
            % {"day": str(data.get("from"))[:40]}
        ) from None


def _words(data: Data, name: str) -> list[str]:
    found = data.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise NotThisChange(_("What stands under “%(name)s” is not a list of names.") % {"name": name})
    return found


def _codes(data: Data) -> tuple[str, ...]:
    also = _words(data, "also")
    return check_codes(str(data.get("regime", "")), also).code, *also


def _check_future(coop: Coop, day: date, at: datetime) -> None:
    if day <= local_date(at, coop.timezone):
        raise NotThisChange(
            _("It cannot hold from %(day)s: rules change from tomorrow at the earliest. Choose a later day.")
            % {"day": write_day(local_midnight(day, coop.timezone), coop)}
        )


def _validate_form(coop: Coop, data: Data, at: datetime) -> None:
    codes, day = _codes(data), _day(data)
    _words(data, "take")
    _check_future(coop, day, at)
    check_together(coop, codes, day)
    now = our_form(coop, day)
    if now.adoption is not None and now.adoption.codes == codes and not changes(coop, codes, day, _words(data, "take")):
        raise NotThisChange(_("%(coop)s is this already. Choose something else.") % {"coop": coop.name})


def _describe_form(coop: Coop, data: Data) -> str:
    codes, day = _codes(data), _day(data)
    told = {
        "coop": coop.name,
        "form": " + ".join(label_of(regime(code)) for code in codes),
        "day": write_day(local_midnight(day, coop.timezone), coop),
    }
    lines = [line for line in changes(coop, codes, day, _words(data, "take")) if line.changes]
    if not lines:
        return _("%(coop)s becomes “%(form)s” from %(day)s; none of its rules has to change.") % told
    words = ScopeWords(coop)
    listed = "; ".join(_line_in_words(coop, line, words) for line in lines)
    return _("%(coop)s becomes “%(form)s” from %(day)s; with it change: %(listed)s.") % {**told, "listed": listed}


def _line_in_words(coop: Coop, line: Line, words: ScopeWords) -> str:
    scope = f", {words(line.scope)}," if line.scope else ""
    return _("“%(title)s”%(scope)s from %(old)s to %(new)s") % {
        "title": line.rule.title,
        "scope": scope,
        "old": describe_value(line.rule, line.before, coop),
        "new": describe_value(line.rule, line.after, coop),
    }


def _apply_form(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    form, *also = _codes(data)
    adopt_form(
        coop=coop,
        form=form,
        also=also,
        holds_from=_day(data),
        take=_words(data, "take"),
        already=bool(data.get("already")),
        decision=decision,
        by=by,
        at=at,
    )


def _validate_figure(coop: Coop, data: Data, at: datetime) -> None:
    figure, day = stated_figure(str(data.get("figure", ""))), _day(data)
    rule = get_rule(figure.rule)
    says = str(data.get("says", ""))
    if says not in OwnFigure.Says.values:
        raise NotThisChange(_("“%(says)s” is not something that a figure can say.") % {"says": says[:20]})
    if not str(data.get("reason", "")).strip():
        raise NotThisChange(_("Say why, and where it stands: whoever is refused something later reads it."))
    if says == OwnFigure.Says.OWN:
        try:
            rule.type.load(data.get("value"))
        except BadValue as bad:
            raise NotThisChange(f"{rule.title}: {refusal_sentence(bad, coop)}") from bad
    _check_future(coop, day, at)


def _describe_figure(coop: Coop, data: Data) -> str:
    figure = stated_figure(str(data.get("figure", "")))
    rule = get_rule(figure.rule)
    told = {
        "title": rule.title,
        "stated": figure_in_words(rule, figure, coop),
        "day": write_day(local_midnight(_day(data), coop.timezone), coop),
        "reason": str(data.get("reason", "")).strip().rstrip("."),
    }
    if data.get("says") == OwnFigure.Says.NOTHING:
        return _("“%(title)s”: %(stated)s does not hold for us from %(day)s. %(reason)s.") % told
    if data.get("says") == OwnFigure.Says.STATED:
        return _("“%(title)s”: %(stated)s holds for us again from %(day)s. %(reason)s.") % told
    own = with_value(figure, data.get("value"))
    return _("“%(title)s”: for us %(own)s from %(day)s, and not %(stated)s. %(reason)s.") % {
        **told,
        "own": figure_in_words(rule, own, coop),
    }


def _apply_figure(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    set_own_figure(
        coop=coop,
        key=str(data["figure"]),
        says=str(data["says"]),
        value=data.get("value"),
        reason=str(data["reason"]).strip(),
        holds_from=_day(data),
        decision=decision,
        at=at,
    )


LEGAL_FORM = Effect(
    kind="legal_form",
    label=gettext_lazy("Take on a legal form"),
    method_rule=METHOD_RULE,
    form=LegalFormForm,
    validate=_validate_form,
    describe=_describe_form,
    apply=_apply_form,
)
OWN_FIGURE = Effect(
    kind="own_figure",
    label=gettext_lazy("A figure of our own"),
    method_rule=METHOD_RULE,
    form=OwnFigureForm,
    validate=_validate_figure,
    describe=_describe_figure,
    apply=_apply_figure,
)
