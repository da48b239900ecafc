"""Who writes policies down: whoever coordinates, and those who handle the money. Every member reads by which they are covered."""

from __future__ import annotations

from marke.payments.permissions import MONEY_OFFICES

OFFICERS = MONEY_OFFICES
