"""What was brought before copies were recognised is known from now on, and is the first one's who could prove it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke_core import credentials as core
from marke_core.credentials.encoding import of_multikey


def know(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing is fetched, and no clock is read: each is checked as of the moment it was brought.

    What cannot be read keeps an empty fingerprint. Where two people have proven one, it is the earlier one's.
    """
    brought, bearers = apps.get_model("credentials", "Brought"), apps.get_model("credentials", "Bearer")
    bearers.objects.all().delete()  # until now also what nobody could check had one
    for pk in list(brought.objects.order_by("brought_at", "pk").values_list("pk", flat=True)):
        row = brought.objects.select_related("coop", "membership").get(pk=pk)
        which, proven = _read(row.content, _resolver(apps, row.coop), row.brought_at)
        if proven:
            bearer, _made = bearers.objects.get_or_create(fingerprint=which, defaults={"party_id": row.membership.party_id})
            proven = bearer.party_id == row.membership.party_id
        brought.objects.filter(pk=pk).update(fingerprint=which, proven=proven)


def _read(content: str, resolve: Callable[[str], dict[str, Any] | None], at: datetime) -> tuple[str, bool]:
    report = core.verify(content, resolve=resolve, fetch_status=lambda _url: None, at=at)
    if report.credential is None:
        return "", False
    try:
        return core.fingerprint(report.credential), report.proven
    except core.NotCanonical:
        return "", False


def _resolver(apps: Apps, reader: Any) -> Callable[[str], dict[str, Any] | None]:
    """Co-ops of this installation, and whose document the reader's co-op keeps; as it was when this migration was written."""
    keys, known = apps.get_model("credentials", "SigningKey"), apps.get_model("credentials", "KnownIssuer")
    host = urlsplit(settings.BASE_URL).netloc
    begins = core.did_web("localhost" if host.startswith("[") else host) + ":"

    def found(did: str) -> dict[str, Any] | None:
        if not did.startswith(begins):
            kept = known.objects.filter(coop=reader, did=did).first()
            return kept.document if kept is not None else None
        rows = keys.objects.filter(coop__slug=did.removeprefix(begins)).order_by("number")
        listed = [core.ListedKey(f"key-{row.number}", of_multikey(row.public), row.withdrawn_at) for row in rows]
        return core.web_document(did, listed) if listed else None

    return found


class Migration(migrations.Migration):
    dependencies = [("credentials", "0003_a_credential_is_shown_by_one_person")]
    operations = [
        migrations.AddField(
            model_name="brought",
            name="proven",
            field=models.BooleanField(
                default=False, help_text="when it was brought, its signature fitted and was of whoever it says it is from"
            ),
        ),
        migrations.RunPython(know, migrations.RunPython.noop),
    ]
