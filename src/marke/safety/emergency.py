"""The number to call in each country when life or limb is at stake.

Sources: European Commission, "112: the EU's emergency number" (Directive (EU) 2018/1972, art. 109): 112 in every member state,
also in Iceland, Liechtenstein, Norway, Switzerland, Turkey, Ukraine and the United Kingdom · Federal Communications Commission:
911 in the United States · ITU-T E.161.1 (2008): 112 or 911 wherever a country chooses its number anew · 3GPP TS 22.101,
clause 10.1: a mobile phone treats 112 and 911 as emergency calls everywhere, also without a card.
"""

EVERYWHERE = "112"
OTHERS = {
    "AU": "000", "BR": "190", "CA": "911", "GB": "999", "IN": "112", "JP": "110", "MX": "911", "NZ": "111", "US": "911",
    "ZA": "112", "AR": "911", "CL": "133", "CO": "123", "TN": "197",
}  # fmt: skip


def emergency_number(country: str) -> str:
    """For the police where there are several; from a mobile phone 112 leads to help in every country."""
    return OTHERS.get(country, EVERYWHERE)
