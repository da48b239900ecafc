from django.apps import AppConfig


class SharesConfig(AppConfig):
    name = "marke.shares"
    label = "shares"

    def ready(self) -> None:
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.invariants import invariants
        from marke.parties.events import MemberAdmitted, MemberLeft, MemberRefused
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules
        from marke.shares import services
        from marke.shares.checks import INVARIANTS
        from marke.shares.explaining import EXPLAINERS
        from marke.shares.purposes import SHARE
        from marke.shares.rulebook import RULES

        register_rules(RULES)
        purposes.register(SHARE)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        subscribe(MemberAdmitted, services.allot_on_admission)
        subscribe(MemberRefused, services.cancel_on_refusal)
        subscribe(MemberLeft, services.cancel_on_leaving)
