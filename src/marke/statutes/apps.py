from django.apps import AppConfig


class StatutesConfig(AppConfig):
    name = "marke.statutes"
    label = "statutes"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.effects import effects
        from marke.rules.limits import limits
        from marke.rules.registry import register_rules
        from marke.statutes.asking import ASK
        from marke.statutes.effects import LEGAL_FORM, OWN_FIGURE
        from marke.statutes.limits import STATUTES
        from marke.statutes.rulebook import RULES

        register_rules(RULES, fine_print=True)
        limits.register(STATUTES)
        effects.register(LEGAL_FORM)
        effects.register(OWN_FIGURE)
        asks.register(ASK)
