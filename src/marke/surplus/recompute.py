"""Recomputes a year from year.json and members.csv beside it, to the last cent, with nothing but Python: python recompute.py"""
# ruff: noqa
# mypy: ignore-errors
# fmt: off

import csv, hashlib, json, pathlib, sys

here = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
here = here if here.is_dir() else here.parent
text = (here / "year.json").read_text("utf-8")
year, rows = json.loads(text), list(csv.DictReader((here / "members.csv").open(encoding="utf-8", newline="")))
figures, facts, mask = year["figures"], [json.loads(row["facts"]) for row in rows], 2**64 - 1
up = lambda amount, share: -(-amount * share[0] // share[1])
near = lambda amount, share: (2 * amount * share[0] + share[1]) // (2 * share[1])


def drawn(entry, number):
    """Who comes first where two have an equal claim: drawn from what is divided and the member's number."""
    x = int.from_bytes(hashlib.sha256(entry.encode()).digest()[:8], "big") + (number + 1) * 0x9E3779B97F4A7C15 & mask
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & mask
    x = (x ^ x >> 27) * 0x94D049BB133111EB & mask
    return x ^ x >> 31


def divide(total, weights, caps, entry):
    """By weight, nobody above their cap; whole cents first, the rest to the largest remainders."""
    parts, free = [0] * len(weights), [i for i, weight in enumerate(weights) if weight]
    while full := [i for i in free if caps and total * weights[i] >= caps[i] * sum(weights[j] for j in free)]:
        for i in full:
            parts[i] = caps[i]
        total, free = total - sum(caps[i] for i in full), [i for i in free if i not in set(full)]
    whole = sum(weights[i] for i in free)
    for i in free:
        parts[i] = total * weights[i] // whole
    order = lambda i: (-(total * weights[i] % whole), drawn(entry, int(rows[i]["number"])))
    for i in sorted(free, key=order)[: total - sum(parts[i] for i in free)]:
        parts[i] += 1
    return parts


rest, wrong = year["divided"], []
for step in year["steps"]:
    name, size = step["name"].replace("loss_members", "loss"), abs(step["amount"])
    rest -= 0 if step["of"] == "loss" else step["amount"]
    if rest < 0 or (step["of"] != "loss" and not step["together"] and size > up(step["base"], step["share"])):
        wrong.append(f"{name} took more than its part")
    if size and any(f"by_{name}" in fact for fact in facts):
        caps = [fact[f"cap_{name}"] for fact in facts] if f"cap_{name}" in facts[0] else None
        parts = divide(size, [fact[f"by_{name}"] for fact in facts], caps, f"{figures['draw']}:{name}")
        sign = -1 if step["amount"] < 0 else 1
        wrong += [f"member {row['number']}, {name}" for row, fact, part in zip(rows, facts, parts) if fact[name] != sign * part]
for row, fact in zip(rows, facts):
    own, capital = sum(fact.get(name, 0) for name in ("workers", "users", "founders", "members")), fact.get("funders", 0)
    money = up(own, figures["cash"])
    tax = min(near(own, figures["withholding_patronage"]), money) + near(capital, figures["withholding"])
    if [int(row[c]) for c in ("paid", "withheld", "kept")] != [money + capital - tax, tax, own - money + fact.get("loss", 0)]:
        wrong.append(f"member {row['number']}, what becomes of it")
print_of = hashlib.sha256(text.encode())
for row in rows:
    print_of.update("\n{position} {number} {paid} {withheld} {kept} {facts}".format(**row).encode())
print("\n".join(wrong) or f"{len(rows)} members, every cent as it says. Fingerprint {print_of.hexdigest()}")
sys.exit(bool(wrong))
