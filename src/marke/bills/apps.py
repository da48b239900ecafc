from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillsConfig(AppConfig):
    name = "marke.bills"
    label = "bills"
    verbose_name = _("Suppliers’ bills")

    def ready(self) -> None:
        from marke.bills import belonging
        from marke.bills.asking import ASK
        from marke.bills.clockwork import BILLS as WHEEL
        from marke.bills.explaining import EXPLAINER, MONEY_BACK
        from marke.bills.payables import BILLS, BY_BANK, GIVEN_BACK
        from marke.bills.rulebook import RULES
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.payments.payables import payables
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        asks.register(ASK)
        wheels.register(WHEEL)
        explainers.register(EXPLAINER)
        explainers.register(MONEY_BACK)
        payables.register(BILLS)
        payables.register(BY_BANK)
        payables.register(GIVEN_BACK)
        transaction_kinds.register(TransactionKind("bill", _("Bill"), "bills:bill"))
        transaction_kinds.register(TransactionKind("bill_back", _("Money back from a supplier")))
        hooks.my_data.register(hooks.MyData("bills", belonging.bills))
        hooks.my_data.register(hooks.MyData("bill_moves", belonging.bill_moves))
        subscribe(PartyErased, belonging.forget)
