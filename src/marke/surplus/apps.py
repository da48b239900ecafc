from django.apps import AppConfig


class SurplusConfig(AppConfig):
    name = "marke.surplus"
    label = "surplus"

    def ready(self) -> None:
        from marke.rules.registry import register_rules
        from marke.surplus.rulebook import RULES

        register_rules(RULES)
