"""Runs in Saxon's own environment, with our module that runs the official rules: SOURCE FOLDER OFFICIAL RULES → one JSON line.

{"seconds", "compile", "verdicts": [[valid, fatal rules, error], …]}; what is compiled once is not in the seconds.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def official(source: Path) -> Any:
    """Our module by its file: its package asks for what this environment does not have."""
    spec = spec_from_file_location("official", source)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["official"] = module
    spec.loader.exec_module(module)
    return module


def main(source: Path, folder: Path, rules_folder: Path, rules: str) -> None:
    documents = [file.read_bytes() for file in sorted(folder.glob("*.xml"))]
    started = time.process_time()
    engine = official(source).OfficialRules(rules_folder, rules)
    engine.judge(documents[0])
    compiled = time.process_time() - started
    started = time.process_time()
    verdicts = [engine.judge(document) for document in documents]
    seconds = time.process_time() - started
    told = [[verdict.verdict == "valid", list(verdict.fatal), verdict.error] for verdict in verdicts]
    print(json.dumps({"seconds": seconds, "compile": compiled, "verdicts": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
