"""Where a member is paid. Whoever gets into somebody's sign-in must not be able to turn the pay elsewhere unseen:

a change is confirmed by mail, told to the address that confirmed the account before, and waits before it counts.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.mail import write_mail
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.payments import queries
from marke.payments.models import BankAccount
from marke.rules.queries import rulebook
from marke_core.banking import BadIban, read_iban, show_iban, takes_sepa

# A link that was not followed for so long is dead.
LINK_LIFE = timedelta(days=7)


class AccountRefused(Refused):
    """Nobody can be paid there."""


class NoMailAddress(Refused):
    """The change cannot be confirmed by mail."""


class LinkExpired(Refused):
    """The link was not followed in time, or the change was cancelled."""


class HasAnAccount(Refused):
    """A change goes through the member's own mail."""


def check_account(iban: str, holder: str) -> tuple[str, str]:
    """The compact IBAN and the holder as they are kept. Raises: AccountRefused."""
    holder = " ".join(holder.split())
    if not holder or len(holder) > 70:
        raise AccountRefused(_("Write the name of the account's holder, as the bank knows it (at most 70 letters)."))
    try:
        compact = read_iban(iban)
    except BadIban as error:
        raise AccountRefused(_why_not(error) % {"iban": iban.strip()[:40]}) from None
    if not takes_sepa(compact):
        raise AccountRefused(
            _("%(iban)s is not in the euro payments area, so a bank file cannot pay it. Give an account that is.")
            % {"iban": show_iban(compact)}
        )
    return compact, holder


def _why_not(error: BadIban) -> str:
    return {
        "characters": _("“%(iban)s” is not an account number. An IBAN is letters and digits, like BE68 5390 0754 7034."),
        "country": _("“%(iban)s” does not begin with a country that has IBANs. It looks like BE68 5390 0754 7034."),
        "length": _("“%(iban)s” has too many or too few characters for an IBAN. Copy it from your bank's app."),
        "check": _("“%(iban)s” has a typing error: its check digits do not fit. Copy it from your bank's app."),
    }[error.reason]


@transaction.atomic
def change_bank_account(*, coop: Coop, party: Party, iban: str, holder: str, by: Party | None, at: datetime) -> BankAccount:
    """Asks, by mail, whether the member wants to be paid there from now on. Until then the old account stays in use.

    Asking for the same account twice keeps one request; asking for another one drops the one before.

    Raises: AccountRefused, NoMailAddress.
    """
    compact, holder = check_account(iban, holder)
    if not party.email:
        raise NoMailAddress(
            _("A change of the bank account is confirmed by mail, and %(name)s has no mail address. Add one first.")
            % {"name": party.name}
        )
    pending = BankAccount.objects.select_for_update().filter(coop=coop, party=party, confirmed_at=None, cancelled_at=None)
    for account in pending:
        if (account.iban, account.holder) == (compact, holder) and at < account.requested_at + LINK_LIFE:
            return account
        account.cancelled_at = at
        account.save(update_fields=["cancelled_at"])
    account = BankAccount.objects.create(
        coop=coop,
        party=party,
        iban=compact,
        holder=holder,
        email=party.email,
        token=secrets.token_urlsafe(24),
        requested_at=at,
    )
    _ask_by_mail(account)
    return account


@transaction.atomic
def confirm_bank_account(*, token: str, at: datetime) -> BankAccount:
    """Follows the link in the mail. The account counts after the wait that the rulebook asks for.

    Raises: LinkExpired. A link followed twice changes nothing.
    """
    account = _by_token(token)
    if account.confirmed_at is not None:
        return account
    if account.cancelled_at is not None or at >= account.requested_at + LINK_LIFE:
        raise LinkExpired(_("This link is not valid any more. Ask for the change again under “My bank account”."))
    wait = rulebook(account.coop, at).value("payments.bank_wait")
    account.confirmed_at, account.usable_from = at, at + wait
    account.save(update_fields=["confirmed_at", "usable_from"])
    _tell_by_mail(account, at)
    return account


@transaction.atomic
def cancel_bank_account(*, account: BankAccount, by: Party | None, at: datetime) -> BankAccount:
    """“This was not me”: the account is not used (any more); the one before it is in use again.

    Runs that are final keep what was copied into them: cancel such a run.
    """
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    if account.cancelled_at is None:
        account.cancelled_at = at
        account.save(update_fields=["cancelled_at"])
    return account


@transaction.atomic
def record_bank_account(*, coop: Coop, party: Party, iban: str, holder: str, by: Party | None, at: datetime) -> BankAccount:
    """The first account of a member, taken over from the books that were kept before; usable at once.

    Raises: AccountRefused; HasAnAccount, because a change is the member's own to confirm.
    """
    compact, holder = check_account(iban, holder)
    if BankAccount.objects.filter(coop=coop, party=party).exists():
        raise HasAnAccount(
            _("%(name)s has given a bank account already. Only %(name)s can change it, under “My bank account”.")
            % {"name": party.name}
        )
    return BankAccount.objects.create(
        coop=coop,
        party=party,
        iban=compact,
        holder=holder,
        email=party.email,
        token=secrets.token_urlsafe(24),
        requested_at=at,
        confirmed_at=at,
        usable_from=at,
    )


def _by_token(token: str) -> BankAccount:
    account = BankAccount.objects.select_for_update(of=("self",)).select_related("coop", "party").filter(token=token)
    found = account.first()
    if found is None:
        raise LinkExpired(_("This link is not valid any more. Ask for the change again under “My bank account”."))
    return found


def _link(account: BankAccount) -> str:
    path = reverse("payments:bank_link", kwargs={"coop": account.coop.slug, "token": account.token})
    return settings.BASE_URL + path


def _ask_by_mail(account: BankAccount) -> None:
    with translation.override(account.party.language):
        write_mail(
            to=account.party.email,
            subject=_("Confirm your bank account for %(coop)s") % {"coop": account.coop.name},
            text=_(
                "Hello %(name)s,\n\nsomebody, we hope you, asked %(coop)s to pay you on this account from now on:\n\n"
                "%(iban)s\n%(holder)s\n\nConfirm it here:\n%(link)s\n\nIf you did not ask for this, open the same link and "
                "say so. Without an answer within a week nothing changes."
            )
            % _words(account),
            at=account.requested_at,
        )


def _tell_by_mail(account: BankAccount, at: datetime) -> None:
    """To the address that confirmed the account before; to today's address when it is the first."""
    before = queries.usable_account(account.coop, account.party, at)
    addresses = {account.party.email, account.email, before.email if before else ""} - {""}
    with translation.override(account.party.language):
        for address in sorted(addresses):
            write_mail(
                to=address,
                subject=_("Your bank account for %(coop)s changes") % {"coop": account.coop.name},
                text=_(
                    "Hello %(name)s,\n\nfrom %(from)s on %(coop)s pays you on this account:\n\n%(iban)s\n%(holder)s\n\n"
                    "If this was not you, stop it here before then, and tell your coordinator:\n%(link)s"
                )
                % _words(account),
                at=at,
            )


def _words(account: BankAccount) -> dict[str, str]:
    return {
        "name": account.party.name,
        "coop": account.coop.name,
        "iban": show_iban(account.iban),
        "holder": account.holder,
        "link": _link(account),
        "from": queries.local_moment(account.usable_from, account.coop) if account.usable_from else "",
    }
