from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "marke.feedback"
    label = "feedback"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.feedback import belonging, on_jobs
        from marke.feedback.asking import ASK
        from marke.feedback.rulebook import RULES
        from marke.feedback.services.asking import FEEDBACK_WHEEL
        from marke.invoices.parts import order_parts
        from marke.jobs.parts import job_parts
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        asks.register(ASK)
        wheels.register(FEEDBACK_WHEEL)
        for part in (on_jobs.CLIENT_PART, on_jobs.PLACE_PART, on_jobs.OFFICE_PART):
            job_parts.register(part)
        order_parts.register(on_jobs.ORDER_PART)
        hooks.my_data.register(hooks.MyData("feedback_given", belonging.given))
        hooks.my_data.register(hooks.MyData("feedback_received", belonging.received))
        subscribe(PartyErased, belonging.forget_words)
