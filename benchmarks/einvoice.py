"""E-invoices made up at random, written as UBL and checked by our rules; beside us mock-einvoice and, with their folder, the
official rules on Saxon.

Processor seconds. Generated and fully checked means: drawn, written and judged by structure, EN 16931 and Peppol. The peers
judge what we judge, in environments of their own, on the same documents in the same run. With --official a few thousand
damaged documents are judged by both, and ten thousand whole ones by the official rules.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from lxml import etree
from rich.console import Console
from rich.table import Table

from benchmarks.machine import load, machine
from benchmarks.peers import environment
from marke_core.einvoice.check import check
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import write_ubl

HERE = Path(__file__).resolve().parent
OFFICIAL = HERE.parent / "src" / "marke_core" / "einvoice" / "official.py"
BILLING, SELF_BILLING = "peppol-bis-3.0.21", "peppol-selfbilling-3.0.1"
SEED = 2026
TURNS = 5
# Peers take long; a sample of the same documents tells the ratio.
SAMPLE = 200


class Written(NamedTuple):
    rules: str
    content: bytes


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--official", type=Path, metavar="FOLDER", help="where the official rules are (docs/how-to/check-e-invoices.md)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="another draw of documents and of damage")


def run(*, data: Path, quick: bool, official: Path | None, seed: int) -> dict[str, Any]:
    count, whole, damaged = (200, 500, 300) if quick else (1_000, 10_000, 3_000)
    table = Table(title=f"{count:,} e-invoices. {machine()}; load {load()}")
    for heading in ("what", "CPU ms a document", "ours ×"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    per_thousand = min(_generate_and_check(count, seed) for _ in range(TURNS))
    table.add_row("generated and checked", f"{per_thousand:.2f}", "")
    sample = [each.content for each in draw(SAMPLE * 2, seed) if each.rules == BILLING][: 40 if quick else SAMPLE]
    own = min(_seconds(sample) for _ in range(TURNS)) / len(sample)
    table.add_row("our check", f"{own * 1000:.2f}", "1.0")
    mock = _mock_einvoice(data, sample)
    table.add_row("mock-einvoice", f"{mock * 1000:.2f}", f"{mock / own:.1f}")
    found: dict[str, Any] = {"documents": 0, "verdicts_equal": 0, "wrong_accepts": 0, "vs_saxonche": None}
    if official is None:
        rejected = sum(not check(each.content, each.rules).valid for each in draw(whole, seed + 1))
    else:
        peer = Saxon(environment("saxonche", data), official.resolve())
        saxon = min(peer.judge(BILLING, sample).seconds for _ in range(1 if quick else 2)) / len(sample)
        table.add_row("official rules on Saxon", f"{saxon * 1000:.2f}", f"{saxon / own:.1f}")
        found = {**_compare(peer, mutants(draw(200, seed + 2), damaged, seed)), "vs_saxonche": round(saxon / own, 1)}
        rejected = peer.rejected(draw(whole, seed + 1))
    cold = min(_cold_ms(sample[0]) for _ in range(TURNS))
    Console(width=120).print(table)
    return {
        **found,
        "s_per_1000": round(per_thousand, 2),
        "vs_mock_einvoice": round(mock / own, 1),
        "random_documents": whole,
        "random_rejected": rejected,
        "cold_ms": round(cold),
    }


def draw(count: int, seed: int) -> list[Written]:
    chance = Random(seed)
    return [_written(chance) for _ in range(count)]


def _written(chance: Random) -> Written:
    document = random_document(chance)
    return Written(SELF_BILLING if document.is_self_billed else BILLING, write_ubl(document))


def _generate_and_check(count: int, seed: int) -> float:
    """Processor milliseconds a document, which are seconds a thousand."""
    chance = Random(seed)
    started = time.process_time()
    for _ in range(count):
        each = _written(chance)
        assert check(each.content, each.rules).valid
    return (time.process_time() - started) / count * 1000


def _seconds(sample: Sequence[bytes]) -> float:
    started = time.process_time()
    for content in sample:
        check(content, BILLING)
    return time.process_time() - started


def _cold_ms(content: bytes) -> float:
    """Processor milliseconds from the first import to the first report, in a fresh interpreter; without other work on the
    machine the clock says the same."""
    lines = (
        "import sys, time",
        "content, started = sys.stdin.buffer.read(), time.process_time()",
        "from marke_core.einvoice.check import check",
        "check(content)",
        "print((time.process_time() - started) * 1000)",
    )
    command = [sys.executable, "-c", "\n".join(lines)]
    return float(subprocess.run(command, input=content, capture_output=True, check=True, cwd=HERE.parent / "src").stdout)


def _mock_einvoice(data: Path, sample: Sequence[bytes]) -> float:
    """Seconds a document; all of them must be right by its rules too, or we would compare refusals."""
    with tempfile.TemporaryDirectory() as folder:
        _put(Path(folder), sample)
        command = [str(environment("mock_einvoice", data)), str(HERE / "peers" / "mock_einvoice" / "bench.py"), folder]
        found = _last_line(command)
    assert all(found["accepted"])
    return float(found["seconds"]) / len(sample)


class Judged(NamedTuple):
    seconds: float
    valid: list[bool]


class Saxon:
    """The official rules in Saxon's own environment."""

    def __init__(self, python: Path, official: Path) -> None:
        self._python, self._official = python, official

    def judge(self, rules: str, documents: Sequence[bytes]) -> Judged:
        if not documents:
            return Judged(0, [])
        with tempfile.TemporaryDirectory() as folder:
            _put(Path(folder), documents)
            script = HERE / "peers" / "saxonche" / "bench.py"
            found = _last_line([str(self._python), str(script), str(OFFICIAL), folder, str(self._official), rules])
        return Judged(found["seconds"], [valid for valid, _, _ in found["verdicts"]])

    def rejected(self, documents: Sequence[Written]) -> int:
        return sum(not valid for rules in (BILLING, SELF_BILLING) for valid in self.judge(rules, _of(rules, documents)).valid)


def _of(rules: str, documents: Sequence[Written]) -> list[bytes]:
    return [each.content for each in documents if each.rules == rules]


def _compare(peer: Saxon, documents: Sequence[Written]) -> dict[str, int]:
    """Our verdict beside the official one, on documents of which many are wrong."""
    equal = accepts = 0
    for rules in (BILLING, SELF_BILLING):
        each = _of(rules, documents)
        for content, valid in zip(each, peer.judge(rules, each).valid, strict=True):
            ours = check(content, rules).valid
            equal += ours == valid
            accepts += ours and not valid
    return {"documents": len(documents), "verdicts_equal": equal, "wrong_accepts": accepts}


def _put(folder: Path, documents: Sequence[bytes]) -> None:
    for number, content in enumerate(documents):
        (folder / f"{number:06}.xml").write_bytes(content)


def _last_line(command: list[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2_000:])
    return json.loads(done.stdout.splitlines()[-1])


# Damage: one thing in a document is made different, as mistyping, bad software or malice do.

CODES = [
    "XX",
    "S",
    "Z",
    "E",
    "AE",
    "O",
    "K",
    "G",
    "L",
    "M",
    "B",
    "VAT",
    "380",
    "381",
    "384",
    "389",
    "261",
    "30",
    "58",
    "59",
    "49",
    "1",
    "ZZZ",
    "95",
    "FC",
    "EUR",
    "SEK",
    "BE",
    "NL",
    "DE",
    "GR",
    "130",
    "50",
    "VATEX-EU-AE",
    "VATEX-EU-O",
]
NUMBERS = ["0", "1", "-1", "25", "12", "abc", "1e2", "0.005"]
DATES = ("2026-02-30", "20260101", "1999-01-01", "2999-12-31", "2026-01-01Z", "2026-01-01T00:00:00", "")
IDS = ("DK12345678", "7300010000001", "0404616494", "0404616495", "NL123456789B01", "EL090000045", "974760673", "5565656565", "")
SCHEMES = ["0088", "0208", "0106", "0184", "0192", "0007", "9944", "XX", "EUR", "C62", "text/html"]


def mutants(documents: Sequence[Written], count: int, seed: int) -> list[Written]:
    chance = Random(seed)
    made: list[Written] = []
    while len(made) < count:
        base = chance.choice(documents)
        root = etree.fromstring(base.content)
        for _ in range(chance.choice((1, 1, 1, 2))):
            chance.choice(DAMAGES)(root, chance)
        made.append(Written(base.rules, etree.tostring(root)))
    return made


def _one(root: Any, chance: Random, *ends: str) -> Any:
    """An element below the root, whose name ends in one of these."""
    fitting = [each for each in root.iterdescendants() if not ends or etree.QName(each).localname.endswith(ends)]
    return chance.choice(fitting or list(root))


def _delete(root: Any, chance: Random) -> None:
    each = _one(root, chance)
    each.getparent().remove(each)


def _double(root: Any, chance: Random) -> None:
    each = _one(root, chance)
    each.addnext(etree.fromstring(etree.tostring(each)))


def _move(root: Any, chance: Random) -> None:
    each = _one(root, chance)
    parts = [part for part in root.iter() if len(part) and part is not each and each not in part.iterancestors()]
    parent = chance.choice(parts)
    parent.insert(chance.randrange(len(parent) + 1), each)


def _swap(root: Any, chance: Random) -> None:
    each = _one(root, chance)
    if each.getnext() is not None:
        each.getnext().addnext(each)


def _amount(root: Any, chance: Random) -> None:
    each = _one(root, chance, "Amount", "Percent", "Quantity", "Numeric")
    text = each.text or "0"
    cents = chance.choice((1, -1, 2, 3, 99, 100, -100, 101))
    try:
        shifted = f"{(round(float(text) * 100) + cents) / 100:.2f}"
    except ValueError:
        shifted = "1.00"
    each.text = chance.choice([shifted, shifted, shifted, f"-{text}", f"{text}0", *NUMBERS])


def _says(words: Sequence[str], *ends: str) -> Callable[[Any, Random], None]:
    def damage(root: Any, chance: Random) -> None:
        _one(root, chance, *ends).text = chance.choice(words)

    return damage


def _attribute(root: Any, chance: Random) -> None:
    each = chance.choice([each for each in root.iter() if each.attrib] or [root])
    name = chance.choice(list(each.attrib) or ["schemeID"])
    if chance.random() < 0.3:
        each.attrib.pop(name, None)
    else:
        each.set(name, chance.choice(SCHEMES))


def _country(root: Any, chance: Random) -> None:
    country = chance.choice(("DE", "NL", "SE", "DK", "NO", "IT", "GR", "IS", "XX"))
    for each in root.iter("{*}IdentificationCode"):
        each.text = country


DAMAGES: tuple[Callable[[Any, Random], None], ...] = (
    _delete,
    _delete,
    _double,
    _move,
    _swap,
    _amount,
    _amount,
    _says(CODES, "Code", "ID"),
    _says(DATES, "Date"),
    _says(IDS, "CompanyID", "EndpointID"),
    _says(("", " "), ""),
    _attribute,
    _country,
)
