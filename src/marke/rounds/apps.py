from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "marke.rounds"
    label = "rounds"

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.parties import hooks
        from marke.rounds import belonging
        from marke.rounds.clockwork import WHEELS

        for wheel in WHEELS:
            wheels.register(wheel)
        hooks.my_data.register(hooks.MyData("wishes", belonging.wishes))
