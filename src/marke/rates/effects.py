"""What an adopted proposal can do: agree with a client on a price beyond what somebody with a mandate may."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.clock import local_date
from marke.common.effects import Data, Effect
from marke.parties.models import Client, Coop, Party
from marke.rates.examples import sentence
from marke.rates.fares import rows_from
from marke.rates.forms import AgreementProposalForm
from marke.rates.services import CannotBeAgreed, agree_with_client, check_agreement
from marke.rules.models import Decision
from marke.rules.sentences import write_percent
from marke_core.rulebook import BadValue


def _client(coop: Coop, data: Data) -> Client:
    number = data.get("client")
    known = Client.objects.filter(coop=coop, party__erased_at=None).select_related("party")
    client = known.filter(number=number).first() if type(number) is int else None
    if client is None:
        raise CannotBeAgreed(_("This client is no longer known. Choose another."))
    client.coop = coop
    return client


def _discount(data: Data) -> Fraction:
    less, of = data["discount"]
    return Fraction(less, of)


def _days(data: Data) -> tuple[date, date | None]:
    return date.fromisoformat(data["from_on"]), date.fromisoformat(data["until_on"]) if data["until_on"] else None


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    _client(coop, data)
    try:
        rows = rows_from(data["rows"])
        from_on, until_on = _days(data)
        check_agreement(coop=coop, discount=_discount(data), rows=rows, from_on=from_on, until_on=until_on, voted=True, at=at)
    except (BadValue, KeyError, TypeError, ValueError) as bad:
        raise CannotBeAgreed(_("This agreement cannot be read. Write it down again.")) from bad


def _describe(coop: Coop, data: Data) -> str:
    """By the client's number: a decision is kept for good, a name is not."""
    rows, from_on = rows_from(data["rows"]), _days(data)[0]
    said = {
        "number": data["client"],
        "discount": write_percent(_discount(data)),
        "day": from_on.isoformat(),
        "fare": sentence(rows, coop),
    }
    if rows:
        return _("Client %(number)s has a fare of their own from %(day)s: %(fare)s; and %(discount)s less.") % said
    return _("Client %(number)s pays %(discount)s less from %(day)s.") % said


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    """If its day has passed meanwhile, it begins today."""
    from_on, until_on = _days(data)
    agree_with_client(
        client=_client(coop, data), discount=_discount(data), job_kind=data["job_kind"], rows=rows_from(data["rows"]),
        from_on=max(from_on, local_date(at, coop.timezone)), until_on=until_on, note=data["note"],
        once_key=f"decision-{decision.number}", by=None, at=at, decision=decision,
    )  # fmt: skip


CLIENT_FARE = Effect(
    kind="client_fare",
    label=gettext_lazy("Agree on a price with a client"),
    method_rule="decisions.method_rules",
    form=AgreementProposalForm,
    validate=_validate,
    describe=_describe,
    apply=_apply,
)
