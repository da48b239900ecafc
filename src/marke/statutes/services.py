"""Taking on a legal form, recording its deed, setting a figure of one's own. Nothing else of the co-op is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date, local_midnight
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.parties.services import describe_coop
from marke.rules.models import Decision
from marke.rules.registry import default_of, get_rule, in_order
from marke.rules.sentences import describe_value, write_day
from marke.rules.services import AT_ONCE, set_rule
from marke.statutes.changes import Line, changes, contradiction
from marke.statutes.limits import check_against
from marke.statutes.models import Adoption, Deed, OwnFigure
from marke.statutes.queries import adoption_on, adoptions, awaiting_deed, bindings, deed_of
from marke.statutes.sentences import figure_in_words, label_of
from marke_core.rulebook import Json
from marke_core.statutes import REGIMES, Figure, Kind, Regime, UnknownRegime, figures_of, fitting, nearest, regime


class NoSuchForm(Refused):
    """There is no such legal form here, or it does not go together with what is asked beside it."""


class NoSuchFigure(Refused):
    """The form states no such figure."""


class DeedRefused(Refused):
    """No form waits for a deed, or the deed's day cannot be."""


def check_codes(form: str, also: Sequence[str]) -> Regime:
    """The form. Raises: NoSuchForm when it does not exist, or something beside it does not fit."""
    try:
        chosen = regime(form)
    except UnknownRegime:
        raise NoSuchForm(_("There is no legal form “%(form)s” here. Choose one of the list.") % {"form": form[:40]}) from None
    if chosen.kind is not Kind.FORM:
        raise NoSuchForm(
            _("“%(form)s” is no legal form by itself. Choose a form, and this beside it.") % {"form": _(chosen.label)}
        )
    known = {each.code for each in fitting(form)}
    if unfit := [code for code in also if code not in known]:
        raise NoSuchForm(
            _("“%(also)s” does not go together with “%(form)s”. Leave it out.") % {"also": unfit[0][:40], "form": _(chosen.label)}
        )
    return chosen


def check_together(coop: Coop, codes: Sequence[str], day: date) -> None:
    """Raises: NoSuchForm when one of these asks of a rule what another forbids."""
    found = contradiction(changes(coop, codes, day))
    if found is not None:
        line, binding = found
        raise NoSuchForm(
            _(
                "These do not go together: “%(title)s” would be %(value)s, and “%(regime)s” says %(figure)s. Leave one of them out."
            )
            % {
                "title": line.rule.title,
                "value": describe_value(line.rule, line.after, coop),
                "regime": label_of(binding.regime),
                "figure": figure_in_words(line.rule, binding.figure, coop),
            }
        )


def adopt_form(
    *,
    coop: Coop,
    form: str,
    also: Sequence[str],
    holds_from: date,
    take: Sequence[str],
    already: bool,
    decision: Decision,
    by: Party | None,
    at: datetime,
) -> Adoption:
    """Record that the co-op takes on this form, and set its rules from `holds_from` on. All else stays as it is.

    take: keys of rules where the value that the form begins with is taken; already: there is no deed to be drawn up.
    Raises: NoSuchForm, and what a rule says that cannot be set.
    """
    chosen = check_codes(form, also)
    with transaction.atomic():
        number = next_number(Adoption, coop)  # locks the co-op: rules and form change together
        day = max(holds_from, _first_day(coop, decision, at))
        check_together(coop, (form, *also), day)
        adoption = Adoption.objects.create(
            coop=coop,
            number=number,
            regime=form,
            also=list(also),
            holds_from=day,
            awaits_deed=chosen.needs_deed and not already and not _has_it(coop, form),
            decision=decision,
            adopted_at=at,
        )
        begins = at if decision.kind in AT_ONCE else local_midnight(day, coop.timezone)
        _set_rules(coop, changes(coop, adoption.codes, day, take), begins, decision, at)
        if not adoption.awaits_deed and coop.legal_form != chosen.legal_form:
            describe_coop(coop=coop, by=by, at=at, legal_form=chosen.legal_form)
        return adoption


def _first_day(coop: Coop, decision: Decision, at: datetime) -> date:
    """Rules change at the midnight after a decision; at once only where the decision holds at once."""
    today = local_date(at, coop.timezone)
    return today if decision.kind in AT_ONCE else today + timedelta(days=1)


def _has_it(coop: Coop, form: str) -> bool:
    """Whether the co-op is this already, so that only what stands beside it changes."""
    return bool(begun := adoptions(coop)) and any(
        one.regime == form and (not one.awaits_deed or deed_of(one) is not None) for one in begun[-1:]
    )


def adopt_at_founding(*, coop: Coop, form: str, also: Sequence[str], decision: Decision, at: datetime) -> Adoption:
    """The form that the co-op has when it is founded here: it stands already. Its rules were set by the founding."""
    check_codes(form, also)
    with transaction.atomic():
        return Adoption.objects.create(
            coop=coop,
            number=next_number(Adoption, coop),
            regime=form,
            also=list(also),
            holds_from=local_date(at, coop.timezone),
            awaits_deed=False,
            decision=decision,
            adopted_at=at,
        )


def founding_values(coop: Coop, codes: Sequence[str], values: Mapping[str, Json], at: datetime) -> dict[str, Json]:
    """The rules with which a co-op of this form is founded: what was chosen, and what the form sets of the others.

    `coop` need not be kept yet. Raises: BeyondTheFigure for a value that was chosen and is not allowed.
    """
    found = bindings(coop, codes, local_date(at, coop.timezone), {})
    figures = [binding.figure for binding in found]
    chosen = dict(values)
    for rule in in_order():
        if rule.key in values:
            check_against(found, coop=coop, rule=rule, typed=rule.type.load(values[rule.key]))
        elif any(figure.rule == rule.key for figure in figures):
            typed = nearest(figures, rule, rule.type.load(default_of(rule, coop.pack)), take_defaults=True)
            chosen[rule.key] = rule.type.dump(typed)
    return chosen


def record_deed(
    *,
    coop: Coop,
    day: date,
    number: str,
    drawn_up_by: str = "",
    registration_number: str = "",
    by: Party | None,
    at: datetime,
) -> Deed:
    """The deed was drawn up: from now on the co-op is what it decided to become. The same deed again changes nothing.

    Members, shares, balances, jobs and invoices stay; invoices name the new number from the next one on.
    Raises: DeedRefused.
    """
    with transaction.atomic():
        locked = Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        adoption = awaiting_deed(locked)
        if adoption is None:
            if same := Deed.objects.filter(coop=locked, date=day, number=number).first():
                return same
            raise DeedRefused(_("%(coop)s is not waiting for a deed: nothing was adopted that needs one.") % {"coop": coop.name})
        if day > local_date(at, locked.timezone):
            raise DeedRefused(
                _("A deed of %(day)s cannot have been drawn up yet. Record it on its day, or correct the day.")
                % {"day": write_day(local_midnight(day, locked.timezone), locked)}
            )
        deed = Deed.objects.create(
            coop=locked,
            adoption=adoption,
            date=day,
            number=number,
            drawn_up_by=drawn_up_by,
            registration_number=registration_number,
            recorded_at=at,
            recorded_by=by,
        )
        details = {"legal_form": regime(adoption.regime).legal_form}
        if registration_number:
            details["registration_number"] = registration_number
        describe_coop(coop=coop, by=by, at=at, **details)
        return deed


def stated_figure(key: str, day: date | None = None) -> Figure:
    """The figure of this key in any regime. Raises: NoSuchFigure."""
    for _of, figure in figures_of(REGIMES, day):
        if figure.key == key:
            return figure
    raise NoSuchFigure(_("No legal form states a figure “%(key)s”. Choose one that binds you.") % {"key": key[:60]})


def set_own_figure(
    *, coop: Coop, key: str, says: str, value: Json, reason: str, holds_from: date, decision: Decision, at: datetime
) -> OwnFigure:
    """What the co-op decided in the place of a figure, from a day on. Raises: NoSuchFigure; BadValue for the value."""
    figure = stated_figure(key)
    rule = get_rule(figure.rule)
    if says == OwnFigure.Says.OWN:
        typed: Any = rule.type.load(value)
        value = rule.type.dump(typed)
    with transaction.atomic():
        own = OwnFigure.objects.create(
            coop=coop,
            number=next_number(OwnFigure, coop),
            figure=key,
            says=says,
            value=value if says == OwnFigure.Says.OWN else None,
            reason=reason,
            holds_from=max(holds_from, _first_day(coop, decision, at)),
            decision=decision,
            at=at,
        )
        current = adoption_on(adoptions(coop), own.holds_from)
        if current is not None:
            lines = [line for line in changes(coop, current.codes, own.holds_from) if line.rule.key == rule.key]
            _set_rules(coop, lines, local_midnight(own.holds_from, coop.timezone), decision, at)
        return own


def _set_rules(coop: Coop, lines: Iterable[Line], begins: datetime, decision: Decision, at: datetime) -> None:
    for line in lines:
        if line.changes:
            set_rule(
                coop=coop,
                key=line.rule.key,
                value=line.dumped(),
                scope=line.scope,
                valid_from=begins,
                decision=decision,
                at=at,
            )
