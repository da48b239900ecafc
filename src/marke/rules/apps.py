from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "marke.rules"
    label = "rules"

    def ready(self) -> None:
        from marke.common.effects import effects
        from marke.common.invariants import invariants
        from marke.parties import hooks, policy
        from marke.rules import belonging
        from marke.rules.doctor import RULE_1
        from marke.rules.effects import RULE
        from marke.rules.registry import register_rules
        from marke.rules.rulebook import RULES
        from marke.rules.scopes import Dimension, circles, dimensions, member_classes

        register_rules(RULES)
        effects.register(RULE)
        invariants.register(RULE_1)
        dimensions.register(Dimension("circle", circles))
        dimensions.register(Dimension("member_class", member_classes))
        policy.read_from(belonging.value_in_force)
        hooks.agreements.register(hooks.Agreement("rules", belonging.sentences_to_agree_to))
        hooks.my_data.register(hooks.MyData("agreements", belonging.agreements_of))
