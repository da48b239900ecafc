"""Tables refer downwards, and every one of them leaves with the co-op."""

import tomllib
from pathlib import Path

from django.apps import apps

from marke.parties.models import Party
from marke.site.operations.tables import NOT_EXPORTED, OF_THE_INSTALLATION, columns, coop_tables, own_models

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())


def _rank() -> dict[str, int]:
    """App → its floor, from the import contract; siblings share one."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("exhaustive"))
    return {app.strip(): floor for floor, layer in enumerate(reversed(layers)) for app in layer.split("|")}


def test_every_foreign_key_points_downwards_also_those_written_as_a_string():
    rank = _rank()
    upwards = []
    for model in own_models():
        app = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or target.__module__.split(".")[0] != "marke":
                continue
            other = target.__module__.split(".")[1]
            if other != app and rank[other] >= rank[app]:
                upwards.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert upwards == []


def test_every_app_of_the_house_has_its_place_in_the_order():
    installed = {config.name.split(".")[1] for config in apps.get_app_configs() if config.name.startswith("marke.")}
    assert installed == set(_rank())


def test_every_table_is_exported_or_has_a_reason_not_to_be():
    known = {model._meta.label for model in coop_tables()} | set(NOT_EXPORTED) | set(OF_THE_INSTALLATION)
    assert {model._meta.label for model in own_models()} == known


def test_every_column_of_an_exported_table_refers_to_something_that_is_exported():
    targets = {*coop_tables(), Party}
    astray = [
        f"{model._meta.label}.{field.name}"
        for model in coop_tables()
        for field in columns(model)
        if field.is_relation and field.related_model not in targets
    ]
    assert astray == []
