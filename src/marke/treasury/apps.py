from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreasuryConfig(AppConfig):
    name = "marke.treasury"
    label = "treasury"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.effects import effects
        from marke.common.explain import explainers
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.payments.payables import payables
        from marke.rules.registry import register_rules
        from marke.treasury.asks import ASK
        from marke.treasury.effects import REOPEN
        from marke.treasury.explaining import EXPLAINERS
        from marke.treasury.payables import VAT
        from marke.treasury.rulebook import RULES

        register_rules(RULES, fine_print=True)
        asks.register(ASK)
        effects.register(REOPEN)
        payables.register(VAT)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("vat_return", _("VAT taken off, return")))
        transaction_kinds.register(TransactionKind("vat_payment", _("VAT paid, payment")))
