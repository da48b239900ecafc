"""What is said of each rule of Peppol BIS Billing, in plain words. See `texts`."""

from __future__ import annotations

MISSING = "Fill in {field}: Peppol asks for it."
NUMBER = "“{value}” cannot be {field}: "
BASIS = {
    "R001": MISSING,
    "R002": "Keep one note: Peppol takes no more, but between two German parties.",
    "R003": "Fill in {field}, or the order number: the buyer needs one of them to know what the invoice is about.",
    "R004": "Let {field} begin with “{expected}”, so that the receiver knows how to read the document. It says “{value}”.",
    "R005": "Leave {field} out: it is the currency of the document anyway.",
    "R007": "“{value}” is no process that Peppol knows. Choose the billing process for {field}.",
    "R008": "There is nothing in {field}. Fill it in or remove it: Peppol takes no empty fields.",
    "R010": "Fill in {field}: without it the document cannot be delivered.",
    "R020": "Fill in {field}: without it nobody can answer.",
    "R040": "{field} must be {expected}: the percentage of its base. It says “{value}”.",
    "R041": "A percentage is taken of something: fill in {field}, or remove the percentage.",
    "R042": "A base without a percentage says nothing: fill in {field}, or remove the base.",
    "R043": "Say whether this is a charge: write true or false. It says “{value}”.",
    "R044": "A price can have a discount and no charge. Put the charge into the price itself.",
    "R046": "The price must be {expected}: {field} less the discount. Change one of the three; {field} says “{value}”.",
    "R051": "Write {field} in {expected}, the currency of the document. It is in “{currency}”.",
    "R053": "Give the document one VAT total with a breakdown, no more and no less.",
    "R054": "Give the VAT in the currency of VAT once, without a breakdown, and only when there is such a currency.",
    "R055": "The VAT in the two currencies must have the same sign.",
    "R061": "A direct debit needs {field}. Fill it in.",
    "R080": "A credit note names one project, and here are more. Keep one.",
    "R100": "Line {line} may be about one object only. Remove the others.",
    "R101": "A line refers to an object that is billed, of type 130. Set {field} to 130, or remove the reference.",
    "R110": "The period of the line begins before that of the document, on {limit}: it says {value}. Change one of the two.",
    "R111": "The period of the line ends after that of the document, on {limit}: it says {value}. Change one of the two.",
    "R120": "{field} must be {expected}: quantity times price, with charges, less allowances. It says “{value}”.",
    "R121": "{field} must be more than 0. It says “{value}”.",
    "R130": "Let {field} be in the same unit as the quantity of the line: “{unit}”.",
    "CL001": "{field} is of a kind that may not be sent along (“{code}”). Attach a PDF, PNG, JPEG, CSV, XLSX or ODS.",
    "CL002": "“{value}” is no reason of an allowance that Peppol knows. Choose one of UNTDID 5189, such as 95.",
    "CL003": "“{value}” is no reason of a charge that Peppol knows. Choose one of UNTDID 7161, such as FC.",
    "CL006": "“{value}” cannot be {field}. Choose 3 (invoice), 35 (delivery) or 432 (payment).",
    "CL007": "“{currency}” is no currency that Peppol knows, and {field} must be in one. Write its three letters, such as EUR.",
    "CL008": "“{code}” is no scheme for {field} on Peppol. Choose another, such as 0208 (Belgium) or 0106 (Netherlands).",
    "F001": "Write {field} as year-month-day and nothing else: 2026-01-31. It says “{value}”.",
    "P0100": "Peppol does not take invoices of type “{value}” in this process. Choose another, such as 380.",
    "P0101": "Peppol does not take credit notes of type “{value}” in this process. Choose another, such as 381.",
    "P0104": "Reason VATEX-EU-G belongs to VAT category {expected} (export). Change the reason, or {field}.",
    "P0105": "Reason VATEX-EU-O belongs to VAT category {expected} (outside the scope). Change the reason, or {field}.",
    "P0106": "Reason VATEX-EU-IC belongs to VAT category {expected} (supply within the Union). Change the reason, or {field}.",
    "P0107": "Reason VATEX-EU-AE belongs to VAT category {expected} (reverse charge). Change the reason, or {field}.",
    "P0108": "Reason VATEX-EU-D belongs to VAT category {expected} (second-hand vehicles). Change the reason, or {field}.",
    "P0109": "Reason VATEX-EU-F belongs to VAT category {expected} (second-hand goods). Change the reason, or {field}.",
    "P0110": "Reason VATEX-EU-I belongs to VAT category {expected} (works of art). Change the reason, or {field}.",
    "P0111": "Reason VATEX-EU-J belongs to VAT category {expected} (antiques). Change the reason, or {field}.",
    "P0112": "Type “{value}” passes between two German parties only. Choose 380, or send a credit note.",
}
COMMON = {
    "R040": f"{NUMBER}a GLN is digits, the last of which checks the others. Look it up again.",
    "R041": f"{NUMBER}a Norwegian company number has nine digits, the last of which checks the others. Look it up again.",
    "R042": f"{NUMBER}a Danish company number is DK and eight digits, or the digits alone.",
    "R043": f"{NUMBER}a Belgian company number has ten digits, the last two of which check the others. Look it up again.",
    "R044": f"{NUMBER}the code of an Italian office has six letters and digits.",
    "R045": f"{NUMBER}an Italian tax code has sixteen letters and digits, or eleven digits.",
    "R046": f"{NUMBER}an Italian tax code has sixteen letters and digits, or eleven digits.",
    "R047": f"{NUMBER}an Italian VAT number is IT and eleven digits that check themselves. Look it up again.",
    "R049": f"{NUMBER}a Swedish company number has ten digits, the last of which checks the others. Look it up again.",
    "R050": f"{NUMBER}an Australian business number has eleven digits that check themselves. Look it up again.",
    "R052": f"{NUMBER}a Danish P number has ten digits.",
    "R053": f"{NUMBER}a Danish VAT number is DK and eight digits.",
    "R054": f"{NUMBER}a number of the Dutch register of companies has eight digits.",
    "R055": f"{NUMBER}a Dutch government number (OIN) has twenty digits.",
    "R056-1": f"{NUMBER}a Dutch VAT number is NL, nine digits, B and two digits.",
    "R056-2": f"{NUMBER}a Dutch VAT number is NL, nine digits, B and two digits.",
    "R057": f"{NUMBER}this number has twelve digits.",
}

DUTCH_ADDRESS = "The Netherlands ask for street, city and postcode: fill in {field}."
DUTCH_NUMBER = "The Netherlands ask for a KvK number (scheme 0106) or an OIN (0190): correct {field}."
ICELAND_ADDRESS = "Iceland asks for street and postcode: fill in {field}."
ICELAND_NUMBER = "Iceland asks for a kennitala (scheme 0196): fill in {field}."
ICELAND_ACCOUNT = "An Icelandic account has twelve signs. Correct {field}; it says “{value}”."
GREEK_VAT = "A Greek seller or buyer needs one VAT number: EL and nine digits that check themselves. Correct {field}."
GREEK_ENDPOINT = "A Greek electronic address is a tax number of scheme 9933. Correct {field}; it says “{value}”."
GREEK_NUMBER = "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. "
GERMAN = "Between German parties {field} must be filled in."
GERMAN_OTHER = "Between German parties one means of payment brings one account: remove {field}, or choose another code."
SWEDISH_COMPANY = (
    "A Swedish company number has ten digits, the last of which checks the others. Correct {field}; it says “{value}”."
)
DANISH_SLIP = "A Danish payment slip asks for a card type, a payment reference and an account that fit. Correct {field}."
DANISH_SCHEME = "Give {field} the scheme 0184 (CVR)."

NATIONAL = {
    "NO-R-001": "A Norwegian VAT number is NO, nine digits that check themselves, and MVA. Correct {field}.",
    "NO-R-002": "A Norwegian seller that is in the register of companies says Foretaksregisteret as its second tax number.",
    "DK-R-002": "A Danish seller gives its CVR number: fill in {field}.",
    "DK-R-003": "Classify line {line} by the UNSPSC of edition 19.05.01 or 26.08.01, or leave the classification out.",
    "DK-R-004": "With reason ZZZ a Danish allowance says a number of four digits, or words with a # between. It says “{value}”.",
    "DK-R-005": "“{value}” is no means of payment that Denmark knows. Choose another, such as 58 or 42.",
    "DK-R-006": "A Danish transfer needs an account and its bank: fill in {field}.",
    "DK-R-007": "A Danish direct debit needs a mandate and the account that is debited: fill in {field}.",
    **dict.fromkeys(("DK-R-008", "DK-R-009", "DK-R-010", "DK-R-011"), DANISH_SLIP),
    "DK-R-013": "Say by which scheme {field} is numbered.",
    "DK-R-014": DANISH_SCHEME,
    "DK-R-016": "A Danish credit note cannot ask for less than nothing: send an invoice. {field} says {value}.",
    "DK-R-017": DANISH_SCHEME,
    "IT-R-001": "An Italian tax number has eleven to sixteen capital letters and digits. Correct {field}; it says “{value}”.",
    **dict.fromkeys(("IT-R-002", "IT-R-003", "IT-R-004"), "Italy asks for street, city and postcode: fill in {field}."),
    "SE-R-001": "A Swedish VAT number is SE and twelve digits. Correct {field}; it says “{value}”.",
    "SE-R-002": "A Swedish VAT number is SE and twelve digits. Correct {field}; it says “{value}”.",
    **dict.fromkeys(("SE-R-003", "SE-R-004", "SE-R-013"), SWEDISH_COMPANY),
    "SE-R-005": "A Swedish seller's second tax number says GODKÄND FÖR F-SKATT, or stands not at all. It says “{value}”.",
    "SE-R-006": "Standard VAT in Sweden is 25, 12 or 6 %: correct {field}. It says “{value}”.",
    **dict.fromkeys(("SE-R-007", "SE-R-008"), "A Swedish giro number is digits only. Correct {field}; it says “{value}”."),
    "SE-R-009": "A bankgiro number has seven or eight digits. Correct {field}; it says “{value}”.",
    "SE-R-010": "A plusgiro number has two to eight digits. Correct {field}; it says “{value}”.",
    "SE-R-011": "For bankgiro and plusgiro Sweden takes means of payment 30. Change {field} from “{value}”.",
    "SE-R-012": "Within Sweden a transfer is means of payment 30. Change {field} from 31.",
    "GR-R-001-1": f"{GREEK_NUMBER}This one has more or fewer: “{{value}}”.",
    "GR-R-001-2": f"{GREEK_NUMBER}The first must be the tax number of the seller or its representative: “{{value}}”.",
    "GR-R-001-3": f"{GREEK_NUMBER}The second must be the date of issue as day/month/year: “{{value}}”.",
    "GR-R-001-4": f"{GREEK_NUMBER}The third must be a whole number: “{{value}}”.",
    "GR-R-001-5": f"{GREEK_NUMBER}The fourth must be 1.1, 1.6, 2.1, 2.4, 5.1 or 5.2: “{{value}}”.",
    "GR-R-001-6": f"{GREEK_NUMBER}The fifth is empty; write 0 when there is no series: “{{value}}”.",
    "GR-R-001-7": f"{GREEK_NUMBER}The sixth is empty: “{{value}}”.",
    "GR-R-002": "A Greek seller gives its name: fill in {field}.",
    "GR-R-003": GREEK_VAT,
    "GR-R-004-1": "A Greek invoice carries one mark of myDATA (described as ##M.AR.K##) among its supporting documents. Add it.",
    "GR-R-004-2": "The mark of myDATA is a whole number. Correct {field}; it says “{value}”.",
    "GR-R-005": "On a Greek invoice the buyer has a name: fill in {field}.",
    "GR-R-006": GREEK_VAT,
    "GR-R-008-2": "A Greek invoice has at most one web address (described as ##INVOICE|URL##). Remove the others.",
    "GR-R-008-3": "Fill in {field}, or remove the description ##INVOICE|URL##.",
    "GR-R-009": GREEK_ENDPOINT,
    "GR-R-010": GREEK_ENDPOINT,
    "GR-S-008-1": "A Greek invoice should say where it can be seen, by a supporting document described as ##INVOICE|URL##.",
    "GR-S-011": GREEK_VAT,
    "IS-R-001": "An Icelandic document should be of type 380 or 381. It is of “{value}”.",
    **dict.fromkeys(("IS-R-002", "IS-R-004"), ICELAND_NUMBER),
    **dict.fromkeys(("IS-R-003", "IS-R-005"), ICELAND_ADDRESS),
    **dict.fromkeys(("IS-R-006", "IS-R-007"), ICELAND_ACCOUNT),
    "IS-R-008": "The final due date (eindagi) is a date, year-month-day. Correct {field}; it says “{value}”.",
    "IS-R-009": "Where a final due date (eindagi) is given, the due date stands too: fill in {field}.",
    "IS-R-010": "The final due date (eindagi) is not before the due date. Correct {field}; it says “{value}”.",
    "NL-R-001": "A Dutch credit note names the invoice that it corrects: fill in {field}.",
    **dict.fromkeys(("NL-R-002", "NL-R-004", "NL-R-006"), DUTCH_ADDRESS),
    **dict.fromkeys(("NL-R-003", "NL-R-005"), DUTCH_NUMBER),
    "NL-R-007": "A Dutch seller says how to pay: fill in {field}.",
    "NL-R-008": "“{value}” is no means of payment within the Netherlands. Choose 30, 48, 49, 57, 58 or 59.",
    "NL-R-009": "A line names an order line, so the document must name the order: fill in {field}.",
    **dict.fromkeys((f"DE-R-{n:03}" for n in (*range(1, 12), 14, 15, 31)), GERMAN),
    "DE-R-016": "Between German parties the seller, or its tax representative, gives a VAT or tax number: fill in {field}.",
    "DE-R-017": "Type “{value}” is unusual in Germany. Choose 380, 381, 384, 389 or one of building work (875 to 877).",
    "DE-R-018": "Write a cash discount on a line of its own, and end that line: #SKONTO#TAGE=14#PROZENT=2.00#",
    "DE-R-019": "“{value}” is no IBAN. Correct {field}.",
    "DE-R-020": "“{value}” is no IBAN. Correct {field}.",
    "DE-R-022": "Two attached files are called “{file}”. Give each a name of its own.",
    **dict.fromkeys(("DE-R-023-1", "DE-R-024-1", "DE-R-025-1"), "This means of payment needs {field}. Fill it in."),
    **dict.fromkeys(("DE-R-023-2", "DE-R-024-2", "DE-R-025-2"), GERMAN_OTHER),
    "DE-R-026": "A corrected invoice (384) names the invoice that it corrects: fill in {field}.",
    "DE-R-027": "A telephone number has at least three digits. Correct {field}; it says “{value}”.",
    "DE-R-028": "A mail address has one @ and a point after it. Correct {field}; it says “{value}”.",
    "DE-R-030": "A direct debit in Germany needs the seller's creditor identifier (scheme SEPA). Fill in {field}.",
    "DE-R-T02": "{field} is no web address: “{value}”. Begin with https:.",
}

PEPPOL_TEXTS = {
    **{f"PEPPOL-EN16931-{rule}": text for rule, text in BASIS.items()},
    **{f"PEPPOL-COMMON-{rule}": text for rule, text in COMMON.items()},
    **NATIONAL,
}
PEPPOL_WARNINGS = frozenset(
    {f"PEPPOL-COMMON-{rule}" for rule in ("R044", "R045", "R046", "R047", "R054", "R055", "R056-1", "R056-2", "R057")}
    | {f"SE-R-{number:03}" for number in range(7, 13)}
    | {"NO-R-002", "GR-S-008-1", "GR-S-011", "IS-R-001", "DE-R-017", "DE-R-019", "DE-R-020", "DE-R-026", "DE-R-027"}
    | {"DE-R-028", "DE-R-T02"}
)
