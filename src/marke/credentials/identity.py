"""Who the co-op is to those who check what it signed: its name on the web, the document behind it, the list of what was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from marke.common.sealing import open_sealed
from marke.credentials.models import Issued, KnownIssuer, SigningKey
from marke.parties.models import Coop
from marke_core import credentials as core
from marke_core.credentials.encoding import of_multikey

LIST = 1  # one list has places for 131,072


def host() -> str:
    """A did:web names no IPv6 address; who runs the installation under one has it to themselves."""
    found = urlsplit(settings.BASE_URL).netloc
    return "localhost" if found.startswith("[") else found


def did_of(coop: Coop) -> str:
    return core.did_web(host(), coop.slug)


def method_of(key: SigningKey) -> str:
    """The name of a key in the co-op's document."""
    return f"{did_of(key.coop)}#key-{key.number}"


def absolute(name: str, coop: Coop, *places: object) -> str:
    return settings.BASE_URL + reverse(name, args=[coop.slug, *places])


def status_url(coop: Coop) -> str:
    return absolute("credentials:status", coop, LIST)


def names_of(coop: Coop) -> frozenset[str]:
    """For whom a credential may say it was made when it is shown to this co-op."""
    home = absolute("site:home", coop)
    return frozenset({did_of(coop), host(), settings.BASE_URL, f"{settings.BASE_URL}/", home, home.rstrip("/")})


def document_of(coop: Coop) -> dict[str, Any] | None:
    """None where the co-op has never signed anything."""
    keys = [
        core.ListedKey(f"key-{key.number}", of_multikey(key.public), key.withdrawn_at)
        for key in SigningKey.objects.filter(coop=coop)
    ]
    return core.web_document(did_of(coop), keys) if keys else None


def key_in_use(coop: Coop) -> SigningKey | None:
    key = SigningKey.objects.filter(coop=coop, retired_at=None).first()
    if key is not None:
        key.coop = coop
    return key


def status_list(coop: Coop, at: datetime) -> dict[str, Any] | None:
    """The list of what was withdrawn, signed now. Raises: CannotOpen."""
    key = key_in_use(coop)
    if key is None:
        return None
    places = Issued.objects.filter(coop=coop, withdrawn_at__isnull=False).order_by("place").values_list("place", flat=True)
    listed = core.list_credential(status_url(coop), did_of(coop), places, at=at)
    return core.sign(listed, key=core.key_from(open_sealed(key.sealed)), method=method_of(key), at=at)


def resolver(reader: Coop) -> Callable[[str], dict[str, Any] | None]:
    """From a name to its document, without asking anybody: co-ops of this installation, and who is known to the reader's."""

    def found(did: str) -> dict[str, Any] | None:
        begins = core.did_web(host()) + ":"
        if did.startswith(begins):
            coop = Coop.objects.filter(slug=did.removeprefix(begins)).first()
            return document_of(coop) if coop is not None else None
        known = KnownIssuer.objects.filter(coop=reader, did=did).first()
        return known.document if known is not None else None

    return found


def status_reader(at: datetime) -> Callable[[str], dict[str, Any] | None]:
    """From the address of a list to the list; None where it stands elsewhere."""

    def found(url: str) -> dict[str, Any] | None:
        path = url.removeprefix(settings.BASE_URL)
        try:
            match = resolve(path) if path != url else None
        except Resolver404:
            return None
        if match is None or match.view_name != "credentials:status":
            return None
        coop = Coop.objects.filter(slug=match.kwargs["coop"]).first()
        return status_list(coop, at) if coop is not None else None

    return found


def checked(given: str, *, reader: Coop, at: datetime) -> core.Report:
    """A credential, checked in all that can be checked here. Keeps nothing, asks nobody."""
    return core.verify(given, resolve=resolver(reader), fetch_status=status_reader(at), at=at, ours=names_of(reader))
