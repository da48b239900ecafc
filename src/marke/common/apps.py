from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "marke.common"
    label = "common"

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.common.mail import MAIL_WHEEL

        wheels.register(MAIL_WHEEL)
