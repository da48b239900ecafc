"""What an adopted proposal can do to the capital: open a share issue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.capital.conditions import Plan
from marke.capital.forms import IssueForm
from marke.capital.queries import open_issue
from marke.capital.services import check_plan, open_share_issue
from marke.capital.services.opening import NoIssue
from marke.common.clock import local_date, local_midnight
from marke.common.effects import Data, Effect
from marke.common.money import format_money
from marke.parties.models import Coop, Party
from marke.rounds.services import AnotherIsPrepared
from marke.rules.models import Decision

DAY = timedelta(days=1)


def read_plan(coop: Coop, data: Data, at: datetime) -> Plan:
    """The plan as it is kept in a proposal; `closes_on` is the last day. Raises: NoIssue."""
    try:
        closes_on = date.fromisoformat(str(data["closes_on"]))
        numbers = {key: int(data[key]) for key in ("goal", "minimum", "maximum")}
        each = None if data.get("each") is None else int(data["each"])
    except (KeyError, TypeError, ValueError):
        raise NoIssue(_("This proposal does not say how much is asked for, or until when. Make a new one.")) from None
    return Plan(
        title=str(data.get("name", ""))[:140],
        share_class=str(data.get("share_class", "")),
        purpose=str(data.get("purpose", "")),
        each=each,
        opens_at=at,
        closes_at=local_midnight(closes_on + DAY, coop.timezone),
        closes_when_full=bool(data.get("closes_when_full")),
        public=bool(data.get("public")),
        **numbers,
    )


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    plan = read_plan(coop, data, at)
    if local_date(plan.closes_at, coop.timezone) - DAY <= local_date(at, coop.timezone) + 2 * DAY:
        raise NoIssue(_("The issue would close before it is decided. Choose a later last day."))
    check_plan(coop, plan, at)


def _describe(coop: Coop, data: Data) -> str:
    words = {
        "name": str(data.get("name", "")),
        "goal": format_money(int(data.get("goal", 0)), coop.currency),
        "minimum": format_money(int(data.get("minimum", 0)), coop.currency),
        "maximum": format_money(int(data.get("maximum", 0)), coop.currency),
        "day": str(data.get("closes_on", "")),
        "purpose": str(data.get("purpose", "")),
    }
    if data.get("minimum"):
        return (
            _(
                "We raise %(goal)s with new shares until %(day)s: “%(name)s”. With less than %(minimum)s everybody gets their money "
                "back; more than %(maximum)s is not taken. The money is for: %(purpose)s"
            )
            % words
        )
    return (
        _(
            "We raise %(goal)s with new shares until %(day)s: “%(name)s”. More than %(maximum)s is not taken. "
            "The money is for: %(purpose)s"
        )
        % words
    )


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    if (running := open_issue(coop)) is not None:
        raise AnotherIsPrepared(
            _("“%(title)s” still runs. Bring it to an end; then this one can be opened.") % {"title": running.round.title}
        )
    open_share_issue(coop=coop, plan=read_plan(coop, data, at), decision=decision, by=by, at=at)


SHARE_ISSUE_EFFECT = Effect(
    kind="share_issue",
    label=gettext_lazy("Raise capital with a share issue"),
    method_rule="decisions.method_rules",
    form=IssueForm,
    validate=_validate,
    describe=_describe,
    apply=_apply,
)
