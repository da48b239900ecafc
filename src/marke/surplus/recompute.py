"""Divides the year in year.txt beside this file again, to the cent, and prints its fingerprint: python3 recompute.py"""
import fractions, hashlib, json, pathlib
lines = pathlib.Path(__file__).with_name("year.txt").read_text("utf-8").split("\n")  # the figures, then a line for each member
year, facts = json.loads(lines[0]), {int(line.split(" ")[1]): json.loads(line.split(" ", 5)[5]) for line in lines[1:]}
cash, tax, tax_on_capital = (fractions.Fraction(*year["figures"][k]) for k in ("cash", "withholding_patronage", "withholding"))
def drawn(entry, member):  # where two have an equal claim, whoever has the smaller of these numbers comes first
    x = int.from_bytes(hashlib.sha256(entry.encode()).digest()[:8], "big") + (member + 1) * 0x9E3779B97F4A7C15
    for shift, times in (30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1): x = (x % 2**64 ^ x % 2**64 >> shift) * times
    return x
def divide(total, who, entry):  # who: {member: (weight, cap)}; what is above a cap is divided again among the others
    whole = sum(weight for weight, cap in who.values())
    if full := {member: cap for member, (weight, cap) in who.items() if total * weight >= cap * whole}:
        return full | divide(total - sum(full.values()), {member: who[member] for member in who if member not in full}, entry)
    parts = {member: total * weight // whole for member, (weight, cap) in who.items()}
    largest = sorted(who, key=lambda member: (parts[member] * whole - total * who[member][0], drawn(entry, member)))
    return parts | {member: parts[member] + 1 for member in largest[: total - sum(parts.values())]}
for step in year["steps"]:  # what each may take, what is left after it, and how it is divided
    name, most = step["name"].replace("loss_members", "loss"), -(-step["base"] * fractions.Fraction(*step["share"]) // 1)
    year["divided"] -= max(step["amount"], 0)
    by = {m: (fact[f"by_{name}"], fact.get(f"cap_{name}", float("inf"))) for m, fact in facts.items() if fact.get(f"by_{name}")}
    parts = divide(abs(step["amount"]), by, f"{year['figures']['draw']}:{name}")
    wrong = [member for member, fact in facts.items() if abs(fact.get(name, 0)) != parts.get(member, 0)]
    if wrong or step["amount"] > most or year["divided"] < 0: raise SystemExit(f"{name}, at most {most}: see members {wrong[:9]}")
for line, (member, fact) in zip(lines[1:], facts.items()):  # what becomes of it: paid, withheld, kept
    own, capital = sum(fact.get(part, 0) for part in ("workers", "users", "founders", "members")), fact.get("funders", 0)
    money = -(-own * cash // 1)
    held = min((2 * own * tax + 1) // 2, money) + (2 * capital * tax_on_capital + 1) // 2
    becomes = [money + capital - held, held, own - money + fact.get("loss", 0)]
    if [int(word) for word in line.split(" ")[2:5]] != becomes: raise SystemExit(f"member {member} should have {becomes}")
print(len(facts), "members, every cent as it says. Fingerprint", hashlib.sha256("\n".join(lines).encode()).hexdigest())
