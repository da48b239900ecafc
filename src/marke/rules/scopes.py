"""For whom or what a rule has a value of its own, in words. Apps above tell what there is of their dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.registry import Registry
from marke.parties.models import Circle, Coop, Membership
from marke_core.rulebook import BadValue, scope_parts

DIMENSION_LABELS = {
    "circle": gettext_lazy("Circle"),
    "member_class": gettext_lazy("Kind of member"),
    "job_kind": gettext_lazy("Kind of job"),
    "share_class": gettext_lazy("Kind of share"),
}

CLASS_LABELS = {"worker": gettext_lazy("working member")}


class Dimension:
    """What there is of a dimension at a co-op: options(coop) -> {id as it is kept: label}."""

    def __init__(self, kind: str, options: Callable[[Coop], Mapping[str, Any]]) -> None:
        self.kind = kind
        self.options = options


dimensions: Registry[Dimension] = Registry("dimension of rules")


def options(coop: Coop, dimension: str) -> dict[str, str]:
    """The ids and labels of a dimension; empty when no app knows any."""
    if dimension not in dimensions:
        return {}
    return {key: str(label) for key, label in dimensions.get(dimension).options(coop).items()}


class ScopeWords:
    """Puts scopes into words; reads the labels of each dimension once."""

    def __init__(self, coop: Coop) -> None:
        self.coop = coop
        self._labels: dict[str, dict[str, str]] = {}

    def __call__(self, scope: str) -> str:
        """ "Delivery (kind of job)"; "" for the whole co-op."""
        try:
            parts = scope_parts(scope)
        except BadValue:
            return scope
        return ", ".join(
            _("%(label)s (%(dimension)s)") % {"dimension": DIMENSION_LABELS[name].lower(), "label": self._label(name, key)}
            for name, key in parts.items()
        )

    def _label(self, dimension: str, key: str) -> str:
        if dimension not in self._labels:
            self._labels[dimension] = options(self.coop, dimension)
        return self._labels[dimension].get(key, key)


def circles(coop: Coop) -> dict[str, str]:
    return {str(pk): name for pk, name in Circle.objects.filter(coop=coop, closed_at=None).values_list("pk", "name")}


def member_classes(coop: Coop) -> Mapping[str, Any]:
    """The classes of the members there are."""
    found = Membership.objects.filter(coop=coop).order_by("member_class").values_list("member_class", flat=True).distinct()
    return {name: CLASS_LABELS.get(name, name) for name in found}
