from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "marke.payments"
    label = "payments"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.rounds import round_kinds
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.payments import belonging
        from marke.payments.asking import ASK
        from marke.payments.explaining import EXPLAINERS
        from marke.payments.kinds import PAY_RUNS
        from marke.payments.payables import payables
        from marke.payments.rulebook import RULES
        from marke.payments.sending_back import REFUNDS
        from marke.rules.registry import register_rules

        register_rules(RULES)
        asks.register(ASK)
        round_kinds.register(PAY_RUNS)
        payables.register(REFUNDS)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("payment", _("Payment"), "payments:payment"))
        transaction_kinds.register(TransactionKind("payment_match", _("Payment understood"), "payments:payment"))
        transaction_kinds.register(TransactionKind("refund", _("Sent back")))
        transaction_kinds.register(TransactionKind("pay", _("Paid out, pay run"), "payments:pay_run"))
        transaction_kinds.register(TransactionKind("pay_run", _("Pay run"), "payments:pay_run"))
        transaction_kinds.register(TransactionKind("bank_entry", _("Bank statement"), "payments:statement"))
        for kind, rows in (
            ("payment_requests", belonging.payment_requests),
            ("payments", belonging.payments),
            ("bank_entries", belonging.bank_entries),
            ("refunds", belonging.refunds),
            ("pay", belonging.pay),
            ("bank_accounts", belonging.bank_accounts),
        ):
            hooks.my_data.register(hooks.MyData(kind, rows))
        hooks.leaving_notes.register(hooks.LeavingNote("pay", belonging.leaving_notes))
        subscribe(PartyErased, belonging.forget_accounts)
