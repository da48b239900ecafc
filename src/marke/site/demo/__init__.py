"""The demo: the co-ops that the sectors bring, with their year played through the services that real ones use."""

from marke.site.demo.build import build, sign_ins

__all__ = ["build", "sign_ins"]
