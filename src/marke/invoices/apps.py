from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "marke.invoices"
    label = "invoices"

    def ready(self) -> None:
        from marke.common.explain import explainers
        from marke.common.invariants import invariants
        from marke.invoices import belonging
        from marke.invoices.checks import INVARIANTS
        from marke.invoices.explaining import EXPLAINERS
        from marke.invoices.purposes import INVOICE
        from marke.invoices.rulebook import RULES
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties.hooks import MyData, my_data
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules

        register_rules(RULES)
        purposes.register(INVOICE)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("invoice", _("Invoice"), "invoices:invoice"))
        transaction_kinds.register(TransactionKind("credit_note", _("Credit note"), "invoices:invoice"))
        my_data.register(MyData("invoices", belonging.invoices))
        my_data.register(MyData("invoice_lines", belonging.invoice_lines))
