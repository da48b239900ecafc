"""The OpenAPI document of one co-op's door, and the same in chapters for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from marke.doors.api.problems import MEDIA_TYPE
from marke.doors.api.v1 import api
from marke.parties.models import Coop

REFERENCE = "#/components/schemas/"


def document_of(coop: Coop) -> dict[str, Any]:
    """Paths are below the server's address; problems have their own type of content."""
    root = reverse("api:api-root", kwargs={"coop": coop.slug})
    told: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/"))
    told["servers"] = [{"url": settings.BASE_URL + root.rstrip("/"), "description": coop.name}]
    for operations in told["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if str(status).startswith("4") and "content" in answer:
                    answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
    return told


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    needed: bool
    words: str


@dataclass(frozen=True)
class Step:
    """One operation, as a person reads it. `sends` and `gets`: names of what goes in and comes out."""

    method: str
    path: str
    summary: str
    words: str
    parameters: list[Field]
    sends: str
    gets: str
    problems: list[str]


@dataclass(frozen=True)
class Thing:
    """The fields of one thing that goes in or out."""

    title: str
    words: str
    fields: list[Field]


def chapters_of(document: dict[str, Any]) -> tuple[list[Step], list[Thing]]:
    """The steps in their order, and what goes in and out of them."""
    steps = [
        _step(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    things = document["components"]["schemas"]
    return steps, [
        Thing(in_words(name), thing.get("description", ""), _fields(thing))
        for name, thing in sorted(things.items())
        if thing.get("properties")
    ]


def _step(method: str, path: str, operation: dict[str, Any]) -> Step:
    answers = operation["responses"]
    good = next(status for status in answers if str(status).startswith("2"))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = answers[good].get("content", {}).get("application/json", {}).get("schema", {})
    return Step(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        words=operation.get("description", ""),
        parameters=[
            Field(each["name"], kind_of(each["schema"]), each.get("required", False), each.get("description", ""))
            for each in operation.get("parameters", [])
        ],
        sends=kind_of(body),
        gets=f"{good} {kind_of(answer)}",
        problems=[str(status) for status in answers if str(status).startswith("4")],
    )


def _fields(thing: dict[str, Any]) -> list[Field]:
    needed = thing.get("required", [])
    return [
        Field(name, kind_of(schema), name in needed, schema.get("description", ""))
        for name, schema in thing["properties"].items()
    ]


def in_words(name: str) -> str:
    """Page_JobOut_ → Page of JobOut."""
    return name.removesuffix("_").replace("_", " of ") if name.endswith("_") else name


def pieces(text: str) -> list[list[tuple[str, bool]]]:
    """Paragraphs, each as pieces: the words, and whether they are code, which stands between backticks."""
    return [[(part, place % 2 == 1) for place, part in enumerate(each.split("`"))] for each in text.split("\n\n")]


def kind_of(schema: dict[str, Any]) -> str:
    """A type in words: “integer”, “Money or null”, “list of PlaceOut”."""
    if "$ref" in schema:
        return in_words(str(schema["$ref"]).removeprefix(REFERENCE))
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return " or ".join(kind_of(each) for each in schema[several])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "")
