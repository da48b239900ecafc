from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharesConfig(AppConfig):
    name = "marke.shares"
    label = "shares"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.effects import effects
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.invariants import invariants
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import MemberAdmitted, MemberLeft, MemberRefused
        from marke.payments.permissions import MONEY_OFFICES
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules
        from marke.rules.scopes import Dimension, dimensions
        from marke.shares import belonging, queries, services
        from marke.shares.asking import ASK
        from marke.shares.checks import INVARIANTS
        from marke.shares.clockwork import WHEELS
        from marke.shares.effects import CLOSE_CLASS, OPEN_CLASS
        from marke.shares.exits import wiring
        from marke.shares.explaining import EXPLAINERS
        from marke.shares.purposes import CALL, SHARE
        from marke.shares.rulebook import RULES

        register_rules(RULES)
        dimensions.register(Dimension("share_class", queries.class_names))
        for purpose in (SHARE, CALL):
            purposes.register(purpose)
        for effect in (OPEN_CLASS, CLOSE_CLASS):
            effects.register(effect)
        for wheel in WHEELS:
            wheels.register(wheel)
        asks.register(ASK)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("shares", _("Shares"), "shares:request"))
        transaction_kinds.register(TransactionKind("share_paid_up", _("Shares paid up, request"), "shares:request"))
        transaction_kinds.register(
            TransactionKind("share_transfer", _("Transfer of shares"), "shares:transfer", for_members=True)
        )
        transaction_kinds.register(TransactionKind("share_opening", _("Shares from before, member")))
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
        wiring.register()
