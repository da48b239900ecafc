from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelfbillsConfig(AppConfig):
    name = "marke.selfbills"
    label = "selfbills"
    verbose_name = _("Invoices in members’ names")

    def ready(self) -> None:
        from marke.bills.own_sales import comparisons
        from marke.common.asks import asks
        from marke.common.clockwork import Wheel, wheels
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.invariants import invariants
        from marke.common.navigation import Gate, gates
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties.events import PartyErased
        from marke.parties.hooks import MyData, my_data
        from marke.rules.registry import register_rules
        from marke.selfbills import belonging
        from marke.selfbills.checks import INVARIANTS
        from marke.selfbills.clients_papers import COMPARISON
        from marke.selfbills.explaining import EXPLAINER
        from marke.selfbills.queries import has_self_bills
        from marke.selfbills.rulebook import RULES
        from marke.selfbills.services import bill_due

        register_rules(RULES, fine_print=True)
        gates.register(Gate("selfbills", has_self_bills))
        wheels.register(Wheel("selfbills", bill_due))
        asks.register(belonging.ASK)
        comparisons.register(COMPARISON)
        explainers.register(EXPLAINER)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        transaction_kinds.register(
            TransactionKind("self_bill", _("VAT of an invoice in a member’s name"), "selfbills:bill", for_members=True)
        )
        my_data.register(MyData("self_billing_agreements", belonging.agreements))
        my_data.register(MyData("self_bills", belonging.papers))
        subscribe(PartyErased, belonging.forget)
