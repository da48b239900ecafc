from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "marke.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        from marke.common.facts import replayers
        from marke.dispatch.replaying import REPLAYER
        from marke.dispatch.rulebook import RULES
        from marke.rules.registry import register_rules

        register_rules(RULES)
        replayers.register(REPLAYER)
