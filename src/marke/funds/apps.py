from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    name = "marke.funds"
    label = "funds"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.effects import effects
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.funds import belonging
        from marke.funds.asking import ASK
        from marke.funds.effects import AID_CLAIM, FUND_TRANSFER
        from marke.funds.explaining import EXPLAINERS
        from marke.funds.rulebook import RULES
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, PartyErased
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        asks.register(ASK)
        for effect in (FUND_TRANSFER, AID_CLAIM):
            effects.register(effect)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("aid_contribution", _("Put into mutual aid")))
        transaction_kinds.register(TransactionKind("aid", _("Help from mutual aid"), "funds:claim"))
        transaction_kinds.register(TransactionKind("fund_transfer", _("Moved between funds"), "rules:decision", for_members=True))
        hooks.my_data.register(hooks.MyData("aid_claims", belonging.claims))
        hooks.my_data.register(hooks.MyData("aid_participations", belonging.participations))
        subscribe(MemberLeft, belonging.withdraw_on_leaving)
        subscribe(PartyErased, belonging.forget_reasons)
