"""Where exits tell the rest of the house that they are there."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    from marke.common.asks import asks
    from marke.common.clockwork import wheels
    from marke.common.events import subscribe
    from marke.common.explain import explainers
    from marke.common.invariants import invariants
    from marke.ledger.kinds import TransactionKind, transaction_kinds
    from marke.parties import hooks
    from marke.parties.events import MemberLeft
    from marke.payments.payables import payables
    from marke.rules.registry import register_rules
    from marke.shares.exits import belonging
    from marke.shares.exits.asks import EXITS_ASK
    from marke.shares.exits.checks import EXIT_INVARIANTS
    from marke.shares.exits.clockwork import EXITS_WHEEL
    from marke.shares.exits.explaining import EXIT_EXPLAINERS
    from marke.shares.exits.payables import EXITS
    from marke.shares.exits.rulebook import EXIT_RULES
    from marke.shares.services.exits import exit_on_leaving

    register_rules(EXIT_RULES, fine_print=True)
    for invariant in EXIT_INVARIANTS:
        invariants.register(invariant)
    for explainer in EXIT_EXPLAINERS:
        explainers.register(explainer)
    transaction_kinds.register(TransactionKind("share_exit", _("Shares ended, exit"), "shares:exit"))
    transaction_kinds.register(TransactionKind("share_interest", _("Interest on shares to be paid, exit"), "shares:exit"))
    subscribe(MemberLeft, exit_on_leaving)
    wheels.register(EXITS_WHEEL)
    asks.register(EXITS_ASK)
    payables.register(EXITS)
    hooks.my_data.register(hooks.MyData("share_exits", belonging.share_exits))
    hooks.my_data.register(hooks.MyData("share_payments", belonging.share_payments))
    hooks.leaving_notes.register(hooks.LeavingNote("share_exits", belonging.leaving_notes))
