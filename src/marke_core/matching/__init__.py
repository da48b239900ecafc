"""Matching: who is asked for which work, and why. Pure: no clock, no database; the same question has the same answer.

- `row`: one job at a time, candidates in a row by a rule (nearest, longest without a job)
- `rolling`: all open requests and all workers at once, again and again as time goes (`propose`)
- `candidates`, `bidding`, `assignment`: the nearest by KD-tree, and exact sparse assignment with a proof
- `by_hand`: a trip that a human puts together
- `checker`: a day verified, with code of its own · `verifying`: every answer of `propose` by it, before anybody acts on it
- `travel`: how long the way is · `equity`: how evenly earnings per hour lie

`docs/algorithms/matching.md` tells it in prose.
"""

from __future__ import annotations

from marke_core.matching.answer import CONDITIONS, Cost, Explanation, Option, Proposal, Shared, Stop
from marke_core.matching.problem import DEFAULT_WEIGHTS, NotAProblem, Problem, Request, Service, Trip, Weights, Worker
from marke_core.matching.row import (
    MODES,
    OUT,
    REASONS,
    UNITS,
    Ask,
    Candidate,
    Column,
    Distance,
    Matcher,
    OneAtATime,
    OpenJob,
    Place,
    Ranked,
    Ranking,
    UnknownMode,
    Workers,
    metres_on_earth,
    metres_on_plane,
    rank,
    rank_workers,
)

__all__ = [
    "CONDITIONS",
    "DEFAULT_WEIGHTS",
    "MODES",
    "OUT",
    "REASONS",
    "UNITS",
    "Ask",
    "Candidate",
    "Column",
    "Cost",
    "Distance",
    "Explanation",
    "Matcher",
    "NotAProblem",
    "OneAtATime",
    "OpenJob",
    "Option",
    "Place",
    "Problem",
    "Proposal",
    "Ranked",
    "Ranking",
    "Request",
    "Service",
    "Shared",
    "Stop",
    "Trip",
    "UnknownMode",
    "Weights",
    "Worker",
    "Workers",
    "metres_on_earth",
    "metres_on_plane",
    "rank",
    "rank_workers",
]
