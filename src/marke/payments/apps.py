from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marke.payments"
    label = "payments"

    def ready(self) -> None:
        from marke.common.explain import explainers
        from marke.payments.explaining import EXPLAINERS
        from marke.payments.rulebook import RULES
        from marke.rules.registry import register_rules

        register_rules(RULES)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
