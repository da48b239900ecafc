"""Amounts in bank files are written with two decimals; here they are whole cents."""


def euros(cents: int) -> str:
    """1250 -> "12.50". Raises: ValueError for an amount that cannot be transferred."""
    if not 0 < cents < 10**11:
        raise ValueError(f"{cents} cents cannot be transferred: a transfer is from 0.01 to 999999999.99 euros.")
    return f"{cents // 100}.{cents % 100:02d}"
