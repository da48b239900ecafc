"""Installs the refusals of the database, as they were when shares were of one class."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.common.db.triggers import Refusal, append_only

EVENT, REQUEST = "shares_shareevent", "shares_sharerequest"

REFUSALS = [
    *append_only(EVENT, "a_share_event", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    *append_only(
        REQUEST,
        "a_share_request",
        "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)",
    ),
    Refusal(
        "the_register_of_shares_has_no_gap",
        EVENT,
        "INSERT",
        f"NEW.number <> (SELECT COALESCE(MAX(o.number), 0) + 1 FROM {EVENT} o WHERE o.coop_id = NEW.coop_id)",
    ),
    Refusal(
        "nobody_holds_fewer_shares_than_none",
        EVENT,
        "INSERT",
        f"NEW.shares < 0 AND (SELECT COALESCE(SUM(o.shares), 0) FROM {EVENT} o"
        " WHERE o.coop_id = NEW.coop_id AND o.membership_id = NEW.membership_id) + NEW.shares < 0",
    ),
    Refusal(
        "a_share_event_stays_in_its_own_coop",
        EVENT,
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM parties_membership m WHERE m.id = NEW.membership_id AND m.coop_id = NEW.coop_id)"
        f" OR (NEW.request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = NEW.request_id"
        " AND r.coop_id = NEW.coop_id AND r.membership_id = NEW.membership_id))",
    ),
]


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("shares", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
