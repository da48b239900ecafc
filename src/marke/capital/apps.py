from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CapitalConfig(AppConfig):
    name = "marke.capital"
    label = "capital"

    def ready(self) -> None:
        from marke.capital import belonging
        from marke.capital.asking import ISSUES_ASK
        from marke.capital.clockwork import WHEELS
        from marke.capital.effects import SHARE_ISSUE_EFFECT
        from marke.capital.explaining import EXPLAINERS
        from marke.capital.kinds import SHARE_ISSUES
        from marke.capital.purposes import ISSUE_PAYMENT, LOAN_PAYMENT
        from marke.capital.rulebook import RULES
        from marke.capital.services import withdraw_on_leaving
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.effects import effects
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.rounds import round_kinds
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, MemberRefused
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        round_kinds.register(SHARE_ISSUES)
        purposes.register(ISSUE_PAYMENT)
        purposes.register(LOAN_PAYMENT)
        for wheel in WHEELS:
            wheels.register(wheel)
        effects.register(SHARE_ISSUE_EFFECT)
        asks.register(ISSUES_ASK)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        transaction_kinds.register(TransactionKind("share_issue", _("Share issue, sent back"), "capital:issue", for_members=True))
        transaction_kinds.register(TransactionKind("loan_year", _("Loan, due")))
        transaction_kinds.register(TransactionKind("loan_waived", _("Loan given to the co-op"), "capital:loan", for_members=True))
        subscribe(MemberLeft, withdraw_on_leaving)
        subscribe(MemberRefused, withdraw_on_leaving)
        hooks.my_data.register(hooks.MyData("share_issues", belonging.subscriptions))
        hooks.my_data.register(hooks.MyData("member_loans", belonging.loans))
        hooks.leaving_notes.register(hooks.LeavingNote("share_issues", belonging.leaving_notes))
