"""Recomputes a year from year.json and members.csv beside it, to the last cent, with nothing but Python: python recompute.py"""

# ruff: noqa
# mypy: ignore-errors
# fmt: off
import csv, hashlib, json, pathlib

here, wrong = pathlib.Path(__file__).resolve().parent, []
text = (here / "year.json").read_text("utf-8")
year, rows = json.loads(text), list(csv.DictReader((here / "members.csv").open(encoding="utf-8", newline="")))
figures, rest, facts = year["figures"], year["divided"], [json.loads(row["facts"]) for row in rows]
up = lambda amount, share: -(-amount * share[0] // share[1])
near = lambda amount, share: (2 * amount * share[0] + share[1]) // (2 * share[1])

def drawn(entry, number):  # who comes first where two have an equal claim: from what is divided and the member's number
    x = int.from_bytes(hashlib.sha256(entry.encode()).digest()[:8], "big") + (number + 1) * 0x9E3779B97F4A7C15
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        x = (x % 2**64 ^ x % 2**64 >> shift) * factor
    return x

def divide(total, weights, caps, entry):  # by weight, nobody above their cap; whole cents, then the rest by largest remainder
    parts, free, whole = [0] * len(weights), {i for i, weight in enumerate(weights) if weight}, sum(weights)
    while full := [i for i in free if caps and total * weights[i] >= caps[i] * whole]:
        for i in full: parts[i] = caps[i]
        total, whole, free = total - sum(caps[i] for i in full), whole - sum(weights[i] for i in full), free.difference(full)
    for i in free: parts[i] = total * weights[i] // whole
    first = sorted(free, key=lambda i: (-(total * weights[i] % whole), drawn(entry, int(rows[i]["number"]))))
    for i in first[: total - sum(parts[i] for i in free)]: parts[i] += 1
    return parts

for step in year["steps"]:
    name, loss, sign = step["name"].replace("loss_members", "loss"), step["of"] == "loss", -1 if step["amount"] < 0 else 1
    rest -= 0 if loss else step["amount"]
    if rest < 0 or not loss and not step["together"] and step["amount"] > up(step["base"], step["share"]):
        wrong.append(f"{name} took more than its part")
    if step["amount"] and facts and f"by_{name}" in facts[0]:
        caps = [fact[f"cap_{name}"] for fact in facts] if f"cap_{name}" in facts[0] else None
        parts = divide(abs(step["amount"]), [fact[f"by_{name}"] for fact in facts], caps, f"{figures['draw']}:{name}")
        wrong += [f"member {row['number']}, {name}" for row, fact, part in zip(rows, facts, parts) if fact[name] != sign * part]
for row, fact in zip(rows, facts):
    own, capital = sum(fact.get(name, 0) for name in ("workers", "users", "founders", "members")), fact.get("funders", 0)
    money = up(own, figures["cash"])
    tax = min(near(own, figures["withholding_patronage"]), money) + near(capital, figures["withholding"])
    if [int(row[name]) for name in ("paid", "withheld", "kept")] != [money + capital - tax, tax, own - money + fact.get("loss", 0)]:
        wrong.append(f"member {row['number']}, what becomes of it")
lines = "".join("\n{position} {number} {paid} {withheld} {kept} {facts}".format(**row) for row in rows)
print("\n".join(wrong) or f"{len(rows)} members, every cent as it says. Fingerprint {hashlib.sha256((text + lines).encode()).hexdigest()}")
raise SystemExit(bool(wrong))
