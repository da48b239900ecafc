from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "marke.invoices"
    label = "invoices"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.invariants import invariants
        from marke.common.promises import promise_kinds
        from marke.invoices import belonging
        from marke.invoices.checks import INVARIANTS
        from marke.invoices.clockwork import REMINDERS
        from marke.invoices.explaining import EXPLAINERS
        from marke.invoices.promising import QUOTES
        from marke.invoices.purposes import INVOICE
        from marke.invoices.rulebook import RULES
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties.events import PartyErased
        from marke.parties.hooks import MyData, my_data
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules

        register_rules(RULES)
        wheels.register(REMINDERS)
        promise_kinds.register(QUOTES)
        purposes.register(INVOICE)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("invoice", _("Invoice"), "invoices:invoice"))
        transaction_kinds.register(TransactionKind("credit_note", _("Credit note"), "invoices:invoice"))
        transaction_kinds.register(
            TransactionKind("internal_invoice", _("Internal invoice"), "invoices:internal_invoice", for_members=True)
        )
        asks.register(belonging.ASK)
        my_data.register(MyData("internal_orders", belonging.internal_orders))
        my_data.register(MyData("invoices", belonging.invoices))
        my_data.register(MyData("invoice_lines", belonging.invoice_lines))
        my_data.register(MyData("quotes", belonging.quotes))
        subscribe(PartyErased, belonging.forget_client)
