"""What is said of each rule of EN 16931 and of UBL's structure, in plain words: what is wrong, and what to do.

{field} is what people call the field, {value} what it says; {line} is the number of the line. All sentences are ours.
"""

from __future__ import annotations

from marke_core.einvoice.check.texts_peppol import PEPPOL_TEXTS, PEPPOL_WARNINGS

MISSING = "Fill in {field}: the document must say it."
TWICE = "Say {field} only once. It stands here more often: keep one and remove the others."
DECIMALS = "Write {field} with at most two decimals. It says {value}."
REASON = "Say why: fill in {field}, or choose a reason code."
SCHEME = "Say by which scheme {field} is numbered: “{value}” alone does not tell."
CODE = "“{value}” cannot be {field}. Choose a code from the list: "

# Said in place of a rule's own words when its sum cannot be told.
NO_SUM = (
    "{field} says “{value}”, and cannot be right: an amount that it is made of is missing, wrong or there twice. Mend that one."
)

STRUCTURE = {
    "XML": "This is no XML document: {reason}. Ask whoever made the file for a whole one.",
    "XML-DOCTYPE": "This file begins with a document type, which no invoice needs and which can do harm. Ask for a file without it.",
    "XML-DEEP": "Elements stand within elements deeper than any invoice needs. Ask whoever made the file for a right one.",
    "CII": "This CII document does not say what every invoice must say, or says it wrongly: {reason}. Ask its sender for a right one.",
    "CII-UNREAD": "“{element}” says “{text}”, which EN 16931 has no place for. Nobody will read it: leave it out.",
    "ENGINE": "This document could not be judged to the end ({reason}), so it counts as wrong. Report this with the file.",
    "UBL-ROOT": "This is neither an invoice nor a credit note in UBL 2.1. Choose another file.",
    "UBL-UNKNOWN": "UBL has no “{element}” in “{part}”. Remove it, or move it to where it belongs.",
    "UBL-ORDER": "“{element}” stands too late in “{part}”, where the elements have an order. Move it up.",
    "UBL-TWICE": "“{part}” takes “{element}” only once. Keep one and remove the others.",
    "UBL-MISSING": "Fill in {field}: “{part}” must hold it.",
    "UBL-LOOSE-TEXT": "There is text between the fields of {field}. Remove it: “{value}”.",
    "UBL-NOT-A-PART": "There are elements inside {field}, where only text may stand. Remove them.",
    "UBL-NUMBER": "“{value}” is no number, and {field} must be one. Write it with a point and without spaces: 1234.50.",
    "UBL-DATE": "“{value}” is no date, and {field} must be one. Write it as year-month-day: 2026-01-31.",
    "UBL-TIME": "“{value}” is no time of day, and {field} must be one. Write it as 13:30:00.",
    "UBL-INDICATOR": "“{value}” is neither true nor false. Write one of the two for {field}.",
    "UBL-BINARYOBJECT": "The contents of {field} are damaged: they are no base64. Attach the file again.",
    "UBL-ATTRIBUTE": "{field} may not carry “{attribute}”. Remove that attribute.",
    "UBL-NEEDS-ATTRIBUTE": "{field} must carry “{attribute}”. Add it.",
    "UBL-LANGUAGE": "“{language}” names no language. Write a code such as nl or fr-BE for {field}.",
}

FIELDS = {
    **dict.fromkeys(
        [
            "BR-02",
            "BR-03",
            "BR-04",
            "BR-05",
            "BR-06",
            "BR-07",
            "BR-08",
            "BR-09",
            "BR-10",
            "BR-11",
            "BR-12",
            "BR-13",
            "BR-14",
            "BR-15",
        ],
        MISSING,
    ),
    **dict.fromkeys(
        ["BR-18", "BR-19", "BR-20", "BR-21", "BR-22", "BR-24", "BR-25", "BR-26", "BR-31", "BR-36", "BR-41", "BR-43"], MISSING
    ),
    **dict.fromkeys(
        ["BR-45", "BR-46", "BR-47", "BR-49", "BR-50", "BR-52", "BR-54", "BR-55", "BR-56", "BR-57", "BR-CO-04"], MISSING
    ),
    **dict.fromkeys(["BR-33", "BR-38", "BR-42", "BR-44", "BR-CO-21", "BR-CO-22", "BR-CO-23", "BR-CO-24"], REASON),
    **dict.fromkeys(["BR-62", "BR-63", "BR-64", "BR-65"], SCHEME),
    **dict.fromkeys((f"UBL-SR-{n:02}" for n in (*range(1, 6), *range(8, 19), *range(22, 41), 42, 45, 49)), TWICE),
    **dict.fromkeys(
        ["UBL-SR-06", "UBL-SR-50", "UBL-SR-51", "UBL-SR-52", "UBL-SR-54", "UBL-SR-55", "UBL-SR-56", "BR-66", "BR-67"], TWICE
    ),
    **dict.fromkeys(
        (f"BR-DEC-{n:02}" for n in (1, 2, 5, 6, 9, 10, 11, 12, 14, 16, 17, 18, 19, 20, 23, 24, 25, 27, 28)), DECIMALS
    ),
    "BR-01": "Say by which rules the document is made: fill in {field}.",
    "BR-16": "Add a line: an invoice bills at least one thing.",
    "BR-17": "Give the payee a name and number of its own, or leave the payee out: this one is the seller, or has no name.",
    "BR-23": "Choose a unit for {field}: a piece, an hour, a kilometre.",
    "BR-27": "{field} must be zero or more; it says “{value}”. To take something back, make the quantity negative.",
    "BR-28": "{field} must be zero or more; it says “{value}”.",
    "BR-29": "Let {field} be {start} or later: it says {value}, before the period begins.",
    "BR-30": "Let {field} be {start} or later: it says {value}, before the period begins.",
    "BR-32": "Choose {field}, so that its VAT can be reckoned.",
    "BR-37": "Choose {field}, so that its VAT can be reckoned.",
    "BR-48": "Fill in {field}; only what is outside the scope of VAT has none.",
    "BR-51": "Show only the last digits of the payment card, at most ten signs: “{value}” is too much.",
    "BR-53": "VAT is also owed in {currency}: fill in {field} in that currency.",
    "BR-61": "A transfer needs an account: fill in {field}.",
    "BR-CO-03": "Say when VAT becomes due by a date or by a code, not by both: remove {field} or the code.",
    "BR-CO-09": "Let {field} begin with the code of its country, such as BE or NL (EL for Greece): it says “{value}”.",
    "BR-CO-18": "Add the VAT breakdown: at least one group with a category, a base and its VAT.",
    "BR-CO-19": "Give the period a first day, a last day, or both.",
    "BR-CO-20": "Give the period of this line a first day, a last day, or both.",
    "BR-CO-25": "Say when the invoice must be paid: fill in {field}, or the payment terms.",
    "BR-CO-26": "Fill in the VAT number, the company number or an identifier of the seller, so that the buyer can look it up.",
    "UBL-SR-07": "Fill in {field}, or remove the reference to an earlier invoice.",
    "UBL-SR-19": "Give the payee one name that is not the seller's, or leave the payee out.",
    "UBL-SR-20": "Give the payee one identifier, and a name that is not the seller's, or leave the payee out.",
    "UBL-SR-21": "Give the payee one company number, and a name that is not the seller's, or leave the payee out.",
    "UBL-SR-43": "A supporting document has no scheme or type; only the object that the invoice is about has (type 130). Remove them.",
    "UBL-SR-44": "All means of payment carry the same payment reference, and here they differ. Write the same one.",
    "UBL-SR-46": "Describe the means of payment only once.",
    "UBL-SR-47": "All means of payment have the same code, and here they differ. Send one invoice per way of paying.",
    "UBL-SR-48": "Give line {line} one VAT category, no more and no less.",
    "UBL-SR-53": "A tax registration consists of a number and its tax (VAT): fill in {field}, or remove the registration.",
    "UBL-CR-666": "The object that the invoice is about cannot bring a file. Attach the file to a supporting document.",
    "UBL-CR-673": "The object that the invoice is about has no description. Remove it.",
    "UBL-DT-01": DECIMALS,
    "UBL-DT-06": "Say what kind of file {field} is (its MIME type, such as application/pdf).",
    "UBL-DT-07": "Give {field} a file name.",
}

SUMS = {
    "BR-CO-10": "{field} must be {expected}: that is what the lines add up to. It says “{value}”.",
    "BR-CO-11": "{field} must be {expected}: that is what the allowances add up to. It says “{value}”.",
    "BR-CO-12": "{field} must be {expected}: that is what the charges add up to. It says “{value}”.",
    "BR-CO-13": "{field} must be {expected}: the lines, less allowances, with charges. It says “{value}”.",
    "BR-CO-14": "{field} must be {expected}: that is what the groups of the VAT breakdown add up to. It says “{value}”.",
    "BR-CO-15": "{field} must be {expected}: the total without VAT and one total of VAT in the same currency. It says “{value}”.",
    "BR-CO-16": "{field} must be {expected}: the total with VAT, less what was paid before, rounded as stated. It says “{value}”.",
    "BR-CO-17": "{field} must be {expected}: {rate} % of its base. It says “{value}”.",
}

CODES = {
    "BR-CL-01": f"{CODE}380 is an invoice, 381 a credit note (UNTDID 1001).",
    "BR-CL-03": "“{currency}” is no currency, and {field} must be in one. Write its three letters (ISO 4217), such as EUR.",
    "BR-CL-04": f"{CODE}three letters (ISO 4217), such as EUR.",
    "BR-CL-05": f"{CODE}three letters (ISO 4217), such as EUR.",
    "BR-CL-06": f"{CODE}3 (invoice), 35 (delivery) or 432 (payment).",
    "BR-CL-07": "“{code}” is no scheme by which {field} can be numbered. Choose one from UNTDID 1153, such as ABZ.",
    "BR-CL-08": "“{value}” begins with a subject code that does not exist. Choose one from UNTDID 4451, or write no hashes.",
    "BR-CL-10": "“{code}” is no scheme by which {field} can be numbered. Choose one from ISO 6523, such as 0208 or 0106.",
    "BR-CL-11": "“{code}” is no scheme by which {field} can be numbered. Choose one from ISO 6523, such as 0208 or 0106.",
    "BR-CL-13": "“{code}” is no way of classifying. Choose one from UNTDID 7143 for {field}, such as STI (CPV codes).",
    "BR-CL-14": f"{CODE}two letters (ISO 3166), such as BE.",
    "BR-CL-15": f"{CODE}two letters (ISO 3166), such as BE.",
    "BR-CL-16": f"{CODE}30 or 58 for a transfer, 59 for a direct debit (UNTDID 4461).",
    "BR-CL-17": f"{CODE}S, Z, E, AE, K, G, O, L, M or B.",
    "BR-CL-18": f"{CODE}S, Z, E, AE, K, G, O, L, M or B.",
    "BR-CL-19": f"{CODE}95 for a discount, 100 for a special rebate (UNTDID 5189).",
    "BR-CL-20": f"{CODE}FC for freight, ZZZ for what is agreed between you (UNTDID 7161).",
    "BR-CL-21": "“{code}” is no scheme by which {field} can be numbered. Choose one from ISO 6523, such as 0160 (GTIN).",
    "BR-CL-22": f"{CODE}VATEX-EU-AE for reverse charge, VATEX-EU-O for outside the scope (VATEX).",
    "BR-CL-23": "“{code}” is no unit. Choose one for {field}: C62 (one), HUR (hour), KMT (kilometre); UN/ECE 20 and 21.",
    "BR-CL-24": "{field} is of a kind that may not be sent along (“{code}”). Attach a PDF, PNG, JPEG, CSV, XLSX or ODS.",
    "BR-CL-25": "“{code}” is no scheme for {field}. Choose one from the list of electronic addresses (EAS), such as 0208.",
    "BR-CL-26": "“{code}” is no scheme by which {field} can be numbered. Choose one from ISO 6523, such as 0088 (GLN).",
}

# Numbered alike for each VAT category.
_VAT = {
    "01": "Give VAT category {category} its group in the VAT breakdown: one where it is used, none where it is not.",
    "08": "{field} must be {expected}: lines and charges of VAT category {category}, less allowances. It says “{value}”.",
}
_VAT_RATES = {
    "zero": "{field} must be 0: no VAT is charged in this category. It says “{value}”.",
    "none": "Leave {field} empty: what is outside the scope of VAT has no rate, not even 0. It says “{value}”.",
    "not negative": "{field} must be zero or more. It says “{value}”.",
    "positive": "{field} must be more than 0; what has no VAT is of another category. It says “{value}”.",
}
_SELLER = "VAT category {category} asks for {field}, or that of the tax representative. Fill it in."
_BOTH = "VAT category {category} asks for the numbers of seller and buyer, and {field} is missing. Fill it in."
_NEITHER = "Outside the scope of VAT no VAT numbers may stand: remove those of seller, buyer and tax representative."
_NO_TAX = "{field} must be 0: no VAT is charged in category {category}. It says “{value}”."
_TAX = "{field} must be {expected}: its base times its rate. It says “{value}”."
_WHY = "Say why no VAT is charged (category {category}): fill in {field} or its code."
_NO_WHY = "VAT is charged here (category {category}), so no reason for exemption may stand. Remove {field} and its code."


def _of_category(rules: str, rate: str, party: str, reason: str) -> dict[str, str]:
    texts = {
        **_VAT,
        **dict.fromkeys(("02", "03", "04"), party),
        **dict.fromkeys(("05", "06", "07"), _VAT_RATES[rate]),
        "09": _TAX if rate in ("positive", "not negative") else _NO_TAX,
        "10": reason,
    }
    return {f"{rules}-{number}": text for number, text in texts.items()}


VAT = {
    **_of_category("BR-AE", "zero", _BOTH, _WHY),
    **_of_category("BR-E", "zero", _SELLER, _WHY),
    **_of_category("BR-G", "zero", _SELLER, _WHY),
    **_of_category("BR-IC", "zero", _BOTH, _WHY),
    **_of_category("BR-AF", "not negative", _SELLER, _NO_WHY),
    **_of_category("BR-AG", "not negative", _SELLER, _NO_WHY),
    **_of_category("BR-O", "none", _NEITHER, _WHY),
    **_of_category("BR-S", "positive", _SELLER, _NO_WHY),
    **_of_category("BR-Z", "zero", _SELLER, _NO_WHY),
    "BR-IC-11": "A supply within the Union says when it was: fill in {field}, or the period.",
    "BR-IC-12": "A supply within the Union says where it went: fill in {field}.",
    "BR-O-11": "Send what is outside the scope of VAT by itself: the VAT breakdown also has category “{value}”.",
    "BR-O-12": "Send what is outside the scope of VAT by itself: a line has category “{value}”.",
    "BR-O-13": "Send what is outside the scope of VAT by itself: an allowance has category “{value}”.",
    "BR-O-14": "Send what is outside the scope of VAT by itself: a charge has category “{value}”.",
    "BR-B-01": "Split payment (category B) is Italian: every country on the document must be IT. Choose another category.",
    "BR-B-02": "Split payment (B) and standard VAT (S) cannot stand on one document. Send two.",
}

# Rules that the standard numbers and that no invoice can break.
ALWAYS_KEPT = frozenset(["BR-CO-05", "BR-CO-06", "BR-CO-07", "BR-CO-08", "BR-DEC-13", "BR-DEC-15"])
EN16931_TEXTS = {**FIELDS, **SUMS, **CODES, **VAT}
TEXTS = {**STRUCTURE, **EN16931_TEXTS, **PEPPOL_TEXTS}
WARNINGS = PEPPOL_WARNINGS | {"BR-51", "CII-UNREAD"}
