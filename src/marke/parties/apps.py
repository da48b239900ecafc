from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "marke.parties"
    label = "parties"

    def ready(self) -> None:
        from marke.common.effects import effects
        from marke.parties.effects import ADMIT
        from marke.parties.hooks import my_data
        from marke.parties.my_data import TABLES

        effects.register(ADMIT)
        for table in TABLES:
            my_data.register(table)
