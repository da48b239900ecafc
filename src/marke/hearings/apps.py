from django.apps import AppConfig


class HearingsConfig(AppConfig):
    name = "marke.hearings"
    label = "hearings"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import Wheel, wheels
        from marke.common.effects import effects
        from marke.common.events import subscribe
        from marke.common.invariants import invariants
        from marke.hearings import belonging
        from marke.hearings.asking import ASK
        from marke.hearings.doctor import HEARING_INVARIANT
        from marke.hearings.effects import EFFECTS
        from marke.hearings.rulebook import RULES
        from marke.hearings.services.deciding import HEARINGS_WHEEL
        from marke.hearings.tables import of_a_year
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, PartyErased
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        asks.register(ASK)
        wheels.register(HEARINGS_WHEEL)
        wheels.register(Wheel("hearings.photos", belonging.forget_old_photos))
        invariants.register(HEARING_INVARIANT)
        for effect in EFFECTS:
            effects.register(effect)
        hooks.grounds.register(belonging.GROUND)
        hooks.yearly_counts.register(hooks.YearlyCount("hearings", of_a_year))
        hooks.my_data.register(hooks.MyData("hearings", belonging.steps))
        hooks.member_parts.register(hooks.MemberPart("hearings", "hearings/_member_part.html", belonging.member_part))
        subscribe(MemberLeft, belonging.close_on_leaving)
        subscribe(PartyErased, belonging.forget_words)
