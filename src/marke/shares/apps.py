from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharesConfig(AppConfig):
    name = "marke.shares"
    label = "shares"

    def ready(self) -> None:
        from marke.shares.exits import wiring

        _register_rules()
        _register_money()
        _register_what_is_asked_and_checked()
        _follow_the_members()
        wiring.register()


def _register_rules() -> None:
    """The rules about shares, for each kind of share where they vary, and what a vote can do to the kinds."""
    from marke.common.effects import effects
    from marke.rules.registry import register_rules
    from marke.rules.scopes import Dimension, dimensions
    from marke.shares import queries
    from marke.shares.effects import CLOSE_CLASS, OPEN_CLASS
    from marke.shares.rulebook import RULES

    register_rules(RULES)
    dimensions.register(Dimension("share_class", queries.class_names))
    for effect in (OPEN_CLASS, CLOSE_CLASS):
        effects.register(effect)


def _register_money() -> None:
    """What is paid for shares, what is booked for it, and why."""
    from marke.common.explain import explainers
    from marke.ledger.kinds import TransactionKind, transaction_kinds
    from marke.payments.payables import payables
    from marke.payments.purposes import purposes
    from marke.shares.explaining import EXPLAINERS
    from marke.shares.payables import REQUESTS
    from marke.shares.purposes import CALL, SHARE

    for purpose in (SHARE, CALL):
        purposes.register(purpose)
    payables.register(REQUESTS)
    for explainer in EXPLAINERS:
        explainers.register(explainer)
    for kind in (
        TransactionKind("shares", _("Shares"), "shares:request"),
        TransactionKind("share_paid_up", _("Shares paid up, request"), "shares:request"),
        TransactionKind("share_transfer", _("Transfer of shares"), "shares:transfer", for_members=True),
        TransactionKind("share_opening", _("Shares from before, member")),
    ):
        transaction_kinds.register(kind)


def _register_what_is_asked_and_checked() -> None:
    from marke.common.asks import asks
    from marke.common.clockwork import wheels
    from marke.common.invariants import invariants
    from marke.shares.asking import ASK
    from marke.shares.checks import INVARIANTS
    from marke.shares.clockwork import WHEELS

    asks.register(ASK)
    for wheel in WHEELS:
        wheels.register(wheel)
    for invariant in INVARIANTS:
        invariants.register(invariant)


def _follow_the_members() -> None:
    """Shares come with an admission and go with a leaving; they stand on the member's page and in what a member takes along."""
    from marke.common.events import subscribe
    from marke.parties import hooks
    from marke.parties.events import MemberAdmitted, MemberLeft, MemberRefused
    from marke.payments.permissions import MONEY_OFFICES
    from marke.shares import belonging, services

    subscribe(MemberAdmitted, services.allot_on_admission)
    subscribe(MemberAdmitted, services.inherit_on_admission)
    subscribe(MemberRefused, services.cancel_on_refusal)
    subscribe(MemberLeft, services.cancel_on_leaving)
    subscribe(MemberLeft, services.withdraw_on_leaving)
    hooks.my_data.register(hooks.MyData("share_requests", belonging.share_requests))
    hooks.my_data.register(hooks.MyData("share_register", belonging.share_register))
    hooks.my_data.register(hooks.MyData("share_transfers", belonging.share_transfers))
    hooks.my_data.register(hooks.MyData("share_notes", belonging.share_notes))
    hooks.leaving_notes.register(hooks.LeavingNote("shares", belonging.leaving_notes))
    hooks.member_parts.register(
        hooks.MemberPart("shares", "shares/_member_part.html", belonging.member_part, offices=MONEY_OFFICES)
    )
