"""Shares there were before classes are ordinary ones, at the price of their request."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, OuterRef, Subquery


def sort(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    coops, classes = apps.get_model("parties", "Coop"), apps.get_model("shares", "ShareClass")
    events, requests = apps.get_model("shares", "ShareEvent"), apps.get_model("shares", "ShareRequest")
    for coop in coops.objects.filter(pk__in=events.objects.filter(share_class=None).values("coop")):
        ordinary, _made = classes.objects.get_or_create(
            coop=coop, code="ordinary", defaults={"opened_at": coop.created_at, "member_classes": []}
        )
        requests.objects.filter(coop=coop).update(share_class=ordinary)
        events.objects.filter(coop=coop).update(share_class=ordinary)
    request = requests.objects.filter(pk=OuterRef("request"))
    allotted = events.objects.filter(kind="allotted", request=OuterRef("request"), number__lt=OuterRef("number"))
    events.objects.filter(kind__in=("allotted", "unallotted")).update(price=Subquery(request.values("price")[:1]))
    events.objects.filter(kind="unallotted").update(lot=Subquery(allotted.order_by("-number").values("pk")[:1]))
    for event in events.objects.filter(kind="opening", amount__gt=0).annotate(rest=F("amount") % F("shares")):
        if event.rest == 0:
            events.objects.filter(pk=event.pk).update(price=event.amount // event.shares)


class Migration(migrations.Migration):
    dependencies = [("shares", "0003_classes_lots_and_transfers")]
    operations = [migrations.RunPython(sort, migrations.RunPython.noop)]
