from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SendingConfig(AppConfig):
    name = "marke.sending"
    label = "sending"
    verbose_name = _("E-invoices")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.invoices.network import Network, networks
        from marke.parties.events import PartyErased
        from marke.parties.hooks import MyData, my_data
        from marke.selfbills.parts import paper_parts
        from marke.sending import belonging, queries
        from marke.sending.access_point import AccessPointKind, access_points
        from marke.sending.clockwork import E_INVOICES
        from marke.sending.forms import RecipientForm
        from marke.sending.http_access_point import open_http
        from marke.sending.partner import Partner
        from marke.sending.services import write_recipient

        asks.register(belonging.ASK)
        paper_parts.register(belonging.SELF_BILL_PART)
        wheels.register(E_INVOICES)
        field = RecipientForm.base_fields["participant"]
        networks.register(Network("peppol", queries.route_to, queries.where_found, write_recipient, field.label, field.help_text))
        my_data.register(MyData("e_invoices", belonging.e_invoices))
        subscribe(PartyErased, belonging.forget_erased)
        access_points.register(AccessPointKind("http", _("an access point, by its address and key"), True, open_http))
        access_points.register(
            AccessPointKind("partner", _("a partner inside, for trying it out"), False, Partner, offered=settings.TRADING_PARTNER)
        )
