"""The letters about quotes, in the language of whoever gets them. Written in the transaction that causes them."""

from datetime import datetime

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.mail import write_mail
from marke.common.money import format_money, locale_of
from marke.invoices.quote_models import Quote, QuoteAnswer, QuoteVersion


def sent(version: QuoteVersion, at: datetime) -> None:
    """To the client: the quote, and the link by which they answer."""
    quote, party = version.quote, version.quote.client.party
    if not party.email:
        return
    with translation.override(version.language):
        words = {
            "name": party.name,
            "coop": quote.coop.name,
            "activity": quote.activity.name,
            "number": quote.number,
            "title": version.title,
            "amount": format_money(version.gross, quote.coop.currency, version.language),
            "until": format_date(version.valid_until, "d MMMM y", locale=locale_of(version.language)),
            "link": settings.BASE_URL + reverse("invoices:offer", args=[quote.coop.slug, quote.token]),
        }
        again = version.number > 1
        subject = _("%(activity)s: a new version of quote %(number)s") if again else _("%(activity)s: quote %(number)s for you")
        write_mail(
            to=party.email,
            subject=subject % words,
            text=_(
                "Hello %(name)s,\n\nhere is quote %(number)s of %(activity)s, which works in %(coop)s: %(title)s, for %(amount)s with "
                "VAT. It is valid until %(until)s.\n\nRead it, and say yes or no, without an account:\n%(link)s"
            )
            % words,
            at=at,
        )


def answered(quote: Quote, answer: QuoteAnswer, at: datetime) -> None:
    """To whoever made the quote: what the client said."""
    party = quote.created_by
    if not party.email:
        return
    with translation.override(party.language):
        words = {"client": quote.client.party.name, "number": quote.number, "title": answer.version.title}
        subject = _("Quote %(number)s is accepted") if answer.accepted else _("Quote %(number)s is declined")
        said = (
            _("%(client)s said yes to quote %(number)s, %(title)s. It is an order now.")
            if answer.accepted
            else _("%(client)s said no to quote %(number)s, %(title)s.")
        )
        link = settings.BASE_URL + reverse("invoices:quote", args=[quote.coop.slug, quote.number])
        text = "\n".join([said % words, *(["", answer.note] if answer.note else []), "", link, ""])
        write_mail(to=party.email, subject=subject % words, text=text, at=at)
