"""An empty database gets its tables as the models say, and then the seals, as if every migration had been applied.

Django draws all models anew for each of some four hundred steps of the migrations: a minute, of which the database works
two seconds. Whoever has an older database goes through the migrations; a test compares where both roads lead.
"""

from __future__ import annotations

from django.apps import apps
from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def lay_out(connection: BaseDatabaseWrapper) -> None:
    """In one transaction: whole or not at all."""
    recorder = MigrationRecorder(connection)
    with connection.schema_editor(atomic=True) as editor:
        for model in [recorder.Migration, *_models(connection.alias)]:
            editor.create_model(model)
        # What Django keeps for the end (references, indexes) the seals find in place.
        while editor.deferred_sql:
            editor.execute(editor.deferred_sql.pop(0))
        for migration in _migrations(connection):
            for operation in migration.operations:
                if isinstance(operation, RunPython):
                    operation.code(apps, editor)  # type: ignore[arg-type]  # the models as they are, not as they were
                elif isinstance(operation, RunSQL):
                    raise NotImplementedError(
                        f"{migration} runs SQL of its own: put it into a function, so that it is run here too"
                    )
            recorder.record_applied(migration.app_label, migration.name)


def _models(alias: str) -> list[type]:
    return [
        model
        for config in apps.get_app_configs()
        for model in router.get_migratable_models(config, alias)
        if model._meta.can_migrate(alias)
    ]


def _migrations(connection: BaseDatabaseWrapper) -> list[Migration]:
    executor = MigrationExecutor(connection)
    return [migration for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
