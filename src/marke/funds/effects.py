"""What an adopted proposal can do to the funds: give help, move money from one to another."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.effects import Data, Effect
from marke.common.money import format_money
from marke.funds.forms import TransferForm
from marke.funds.services import check_transfer, decide_claim, move_between_funds
from marke.funds.services.claims import claim_of
from marke.funds.words import label_of
from marke.parties.models import Coop, Party
from marke.rules.models import Decision


def _key(text: object) -> tuple[str, str]:
    kind, _colon, detail = str(text).partition(":")
    return kind, detail


def _validate_transfer(coop: Coop, data: Data, at: datetime) -> None:
    amount = data.get("amount")
    check_transfer(coop, _key(data.get("source")), _key(data.get("target")), amount if type(amount) is int else 0)


def _describe_transfer(coop: Coop, data: Data) -> str:
    return _("%(amount)s moves from “%(source)s” to “%(target)s”.") % {
        "amount": format_money(int(data.get("amount", 0)), coop.currency),
        "source": label_of(_key(data.get("source"))),
        "target": label_of(_key(data.get("target"))),
    }


def _apply_transfer(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    source, target = _key(data["source"]), _key(data["target"])
    move_between_funds(coop=coop, source=source, target=target, amount=int(data["amount"]), decision=decision, by=by, at=at)


def _validate_claim(coop: Coop, data: Data, at: datetime) -> None:
    claim_of(coop, data.get("claim"))


def _describe_claim(coop: Coop, data: Data) -> str:
    claim = claim_of(coop, data.get("claim"))
    return _("A member gets help of %(amount)s from mutual aid (request %(number)s).") % {
        "amount": format_money(claim.amount, coop.currency),
        "number": claim.number,
    }


def _apply_claim(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    claim = claim_of(coop, data.get("claim"))
    decide_claim(claim=claim, granted=claim.amount, decision=decision, by_vote=True, by=by, at=at)


def _refuse_claim(*, coop: Coop, data: Data, by: Party | None, at: datetime, note: str) -> None:
    """Whoever withdrew the request, or left, while members voted, waits for no answer."""
    claim = claim_of(coop, data.get("claim"))
    if claim.state == claim.State.ASKED:
        decide_claim(claim=claim, granted=0, note=note, by_vote=True, by=by, at=at)


FUND_TRANSFER = Effect(
    kind="fund_transfer",
    label=gettext_lazy("Move money between funds"),
    method_rule="decisions.method_rules",
    form=TransferForm,
    validate=_validate_transfer,
    describe=_describe_transfer,
    apply=_apply_transfer,
)
AID_CLAIM = Effect(
    kind="aid_claim",
    label=gettext_lazy("Help a member from mutual aid"),
    method_rule="decisions.method_rules",
    form=None,
    validate=_validate_claim,
    describe=_describe_claim,
    apply=_apply_claim,
    refuse=_refuse_claim,
)
