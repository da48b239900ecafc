from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharesConfig(AppConfig):
    name = "marke.shares"
    label = "shares"

    def ready(self) -> None:
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
        from marke.shares.checks import INVARIANTS
        from marke.shares.explaining import EXPLAINERS
        from marke.shares.purposes import SHARE
        from marke.shares.rulebook import RULES

        register_rules(RULES)
        dimensions.register(Dimension("share_class", queries.class_names))
        purposes.register(SHARE)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("shares", _("Shares"), "shares:request"))
        transaction_kinds.register(TransactionKind("share_paid_up", _("Shares paid up, request"), "shares:request"))
        transaction_kinds.register(TransactionKind("share_opening", _("Shares from before, member")))
        subscribe(MemberAdmitted, services.allot_on_admission)
        subscribe(MemberRefused, services.cancel_on_refusal)
        subscribe(MemberLeft, services.cancel_on_leaving)
        hooks.my_data.register(hooks.MyData("share_requests", belonging.share_requests))
        hooks.my_data.register(hooks.MyData("share_register", belonging.share_register))
        hooks.leaving_notes.register(hooks.LeavingNote("shares", belonging.leaving_notes))
        hooks.member_parts.register(
            hooks.MemberPart("shares", "shares/_member_part.html", belonging.member_part, offices=MONEY_OFFICES)
        )
