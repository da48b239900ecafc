"""The keys by which the co-op signs, and the documents of others that are kept."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.common.sealing import CannotOpen, open_sealed, seal
from marke.credentials.identity import key_in_use
from marke.credentials.models import KnownIssuer, SigningKey
from marke.credentials.words import words_of
from marke.parties.models import Coop, Party
from marke_core import credentials as core
from marke_core.credentials.encoding import multikey

MOST_ISSUERS = 200


class KeyCannotBeOpened(Refused):
    """The installation has another secret than when the key was made."""


class IssuerDoesNotFit(Refused):
    """What was given is not the document of somebody who signs."""

    status = 422


def signing_key(*, coop: Coop, by: Party | None, at: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
    """The key in use; made where there is none. In the caller's transaction, under the lock of the co-op's numbers.

    Raises: KeyCannotBeOpened.
    """
    number = next_number(SigningKey, coop)
    key = key_in_use(coop) or _make(coop, number, by, at)
    try:
        return key, core.key_from(open_sealed(key.sealed))
    except CannotOpen:
        raise KeyCannotBeOpened(
            _("The key %(number)s of %(coop)s was sealed under another secret. Somebody in office has to make a new one.")
            % {"number": key.number, "coop": coop.name}
        ) from None


def _make(coop: Coop, number: int, by: Party | None, at: datetime) -> SigningKey:
    secret = Ed25519PrivateKey.generate()
    return SigningKey.objects.create(
        coop=coop, number=number, public=multikey(core.public_of(secret)), sealed=seal(core.seed_of(secret)), made_at=at,
        made_by=by,
    )  # fmt: skip


def renew_key(*, key: SigningKey, by: Party | None, at: datetime) -> SigningKey:
    """From now on another key signs than this one. What it signed still counts. A second click changes nothing."""
    with transaction.atomic():
        number = next_number(SigningKey, key.coop)
        retired = SigningKey.objects.filter(pk=key.pk, retired_at=None).update(retired_at=at)
        return (None if retired else key_in_use(key.coop)) or _make(key.coop, number, by, at)


def withdraw_key(*, key: SigningKey, by: Party | None, at: datetime) -> None:
    """Somebody else may have it: nothing that it signed counts any more, and another one takes its place if it was in use."""
    with transaction.atomic():
        number = next_number(SigningKey, key.coop)
        if SigningKey.objects.filter(pk=key.pk, retired_at=None).update(retired_at=at):
            _make(key.coop, number, by, at)
        SigningKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by)


def keep_issuer(*, coop: Coop, content: str, by: Party | None, at: datetime) -> KnownIssuer:
    """Keeps the document of somebody who signs; in the place of an older one. Raises: IssuerDoesNotFit."""
    document = core.read_json(content.strip(), longest=100_000)
    if isinstance(document, core.Flaw):
        raise IssuerDoesNotFit(words_of(document))
    did = document.get("id")
    if not isinstance(did, str) or core.address_of(did) is None:
        raise IssuerDoesNotFit(_("This is not the document of a did:web: its “id” does not begin with did:web: and a host."))
    if flaws := core.document_flaws(document, did):
        raise IssuerDoesNotFit(words_of(flaws[0]))
    with transaction.atomic():
        number = next_number(KnownIssuer, coop)
        kept = KnownIssuer.objects.filter(coop=coop, did=did).first()
        if kept is None and KnownIssuer.objects.filter(coop=coop).count() >= MOST_ISSUERS:
            raise IssuerDoesNotFit(_("At most %(most)s are kept. Forget one first.") % {"most": MOST_ISSUERS})
        kept = kept or KnownIssuer(coop=coop, number=number, did=did)
        kept.document, kept.kept_at, kept.kept_by = document, at, by
        kept.save()
        return kept


def forget_issuer(*, issuer: KnownIssuer) -> None:
    KnownIssuer.objects.filter(pk=issuer.pk).delete()
