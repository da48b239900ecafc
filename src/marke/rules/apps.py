from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "marke.rules"
    label = "rules"

    def ready(self) -> None:
        from marke.rules.registry import register_rules
        from marke.rules.rulebook import RULES

        register_rules(RULES)
