"""What the check of e-invoices says of the rules of Peppol and of countries. See `core_texts`."""

from django.utils.translation import gettext_noop

PEPPOL_TEXTS = [
    gettext_noop("Fill in {field}: Peppol asks for it."),
    gettext_noop("Keep one note: Peppol takes no more, but between two German parties."),
    gettext_noop("Fill in {field}, or the order number: the buyer needs one of them to know what the invoice is about."),
    gettext_noop("Let {field} begin with “{expected}”, so that the receiver knows how to read the document. It says “{value}”."),
    gettext_noop("Leave {field} out: it is the currency of the document anyway."),
    gettext_noop("“{value}” is no process that Peppol knows. Choose the billing process for {field}."),
    gettext_noop("There is nothing in {field}. Fill it in or remove it: Peppol takes no empty fields."),
    gettext_noop("Fill in {field}: without it the document cannot be delivered."),
    gettext_noop("Fill in {field}: without it nobody can answer."),
    gettext_noop("{field} must be {expected}: the percentage of its base. It says “{value}”."),
    gettext_noop("A percentage is taken of something: fill in {field}, or remove the percentage."),
    gettext_noop("A base without a percentage says nothing: fill in {field}, or remove the base."),
    gettext_noop("Say whether this is a charge: write true or false. It says “{value}”."),
    gettext_noop("A price can have a discount and no charge. Put the charge into the price itself."),
    gettext_noop("The price must be {expected}: {field} less the discount. Change one of the three; {field} says “{value}”."),
    gettext_noop("Write {field} in {expected}, the currency of the document. It is in “{currency}”."),
    gettext_noop("Give the document one VAT total with a breakdown, no more and no less."),
    gettext_noop("Give the VAT in the currency of VAT once, without a breakdown, and only when there is such a currency."),
    gettext_noop("The VAT in the two currencies must have the same sign."),
    gettext_noop("A direct debit needs {field}. Fill it in."),
    gettext_noop("A credit note names one project, and here are more. Keep one."),
    gettext_noop("Line {line} may be about one object only. Remove the others."),
    gettext_noop("A line refers to an object that is billed, of type 130. Set {field} to 130, or remove the reference."),
    gettext_noop(
        "The period of the line begins before that of the document, on {limit}: it says {value}. Change one of the two."
    ),
    gettext_noop("The period of the line ends after that of the document, on {limit}: it says {value}. Change one of the two."),
    gettext_noop("{field} must be {expected}: quantity times price, with charges, less allowances. It says “{value}”."),
    gettext_noop("{field} must be more than 0. It says “{value}”."),
    gettext_noop("Let {field} be in the same unit as the quantity of the line: “{unit}”."),
    gettext_noop("“{value}” is no reason of an allowance that Peppol knows. Choose one of UNTDID 5189, such as 95."),
    gettext_noop("“{value}” is no reason of a charge that Peppol knows. Choose one of UNTDID 7161, such as FC."),
    gettext_noop("“{value}” cannot be {field}. Choose 3 (invoice), 35 (delivery) or 432 (payment)."),
    gettext_noop(
        "“{currency}” is no currency that Peppol knows, and {field} must be in one. Write its three letters, such as EUR."
    ),
    gettext_noop("“{code}” is no scheme for {field} on Peppol. Choose another, such as 0208 (Belgium) or 0106 (Netherlands)."),
    gettext_noop("Write {field} as year-month-day and nothing else: 2026-01-31. It says “{value}”."),
    gettext_noop("Peppol does not take invoices of type “{value}” in this process. Choose another, such as 380."),
    gettext_noop("Peppol does not take credit notes of type “{value}” in this process. Choose another, such as 381."),
    gettext_noop("Reason VATEX-EU-G belongs to VAT category {expected} (export). Change the reason, or {field}."),
    gettext_noop("Reason VATEX-EU-O belongs to VAT category {expected} (outside the scope). Change the reason, or {field}."),
    gettext_noop(
        "Reason VATEX-EU-IC belongs to VAT category {expected} (supply within the Union). Change the reason, or {field}."
    ),
    gettext_noop("Reason VATEX-EU-AE belongs to VAT category {expected} (reverse charge). Change the reason, or {field}."),
    gettext_noop("Reason VATEX-EU-D belongs to VAT category {expected} (second-hand vehicles). Change the reason, or {field}."),
    gettext_noop("Reason VATEX-EU-F belongs to VAT category {expected} (second-hand goods). Change the reason, or {field}."),
    gettext_noop("Reason VATEX-EU-I belongs to VAT category {expected} (works of art). Change the reason, or {field}."),
    gettext_noop("Reason VATEX-EU-J belongs to VAT category {expected} (antiques). Change the reason, or {field}."),
    gettext_noop("Type “{value}” passes between two German parties only. Choose 380, or send a credit note."),
    gettext_noop("“{value}” cannot be {field}: a GLN is digits, the last of which checks the others. Look it up again."),
    gettext_noop(
        "“{value}” cannot be {field}: a Norwegian company number has nine digits, the last of which checks the others. Look it up again."
    ),
    gettext_noop("“{value}” cannot be {field}: a Danish company number is DK and eight digits, or the digits alone."),
    gettext_noop(
        "“{value}” cannot be {field}: a Belgian company number has ten digits, the last two of which check the others. Look it up again."
    ),
    gettext_noop("“{value}” cannot be {field}: the code of an Italian office has six letters and digits."),
    gettext_noop("“{value}” cannot be {field}: an Italian tax code has sixteen letters and digits, or eleven digits."),
    gettext_noop(
        "“{value}” cannot be {field}: an Italian VAT number is IT and eleven digits that check themselves. Look it up again."
    ),
    gettext_noop(
        "“{value}” cannot be {field}: a Swedish company number has ten digits, the last of which checks the others. Look it up again."
    ),
    gettext_noop(
        "“{value}” cannot be {field}: an Australian business number has eleven digits that check themselves. Look it up again."
    ),
    gettext_noop("“{value}” cannot be {field}: a Danish P number has ten digits."),
    gettext_noop("“{value}” cannot be {field}: a Danish VAT number is DK and eight digits."),
    gettext_noop("“{value}” cannot be {field}: a number of the Dutch register of companies has eight digits."),
    gettext_noop("“{value}” cannot be {field}: a Dutch government number (OIN) has twenty digits."),
    gettext_noop("“{value}” cannot be {field}: a Dutch VAT number is NL, nine digits, B and two digits."),
    gettext_noop("“{value}” cannot be {field}: this number has twelve digits."),
    gettext_noop("A Norwegian VAT number is NO, nine digits that check themselves, and MVA. Correct {field}."),
    gettext_noop("A Norwegian seller that is in the register of companies says Foretaksregisteret as its second tax number."),
    gettext_noop("A Danish seller gives its CVR number: fill in {field}."),
    gettext_noop("Classify line {line} by the UNSPSC of edition 19.05.01 or 26.08.01, or leave the classification out."),
    gettext_noop(
        "With reason ZZZ a Danish allowance says a number of four digits, or words with a # between. It says “{value}”."
    ),
    gettext_noop("“{value}” is no means of payment that Denmark knows. Choose another, such as 58 or 42."),
    gettext_noop("A Danish transfer needs an account and its bank: fill in {field}."),
    gettext_noop("A Danish direct debit needs a mandate and the account that is debited: fill in {field}."),
    gettext_noop("A Danish payment slip asks for a card type, a payment reference and an account that fit. Correct {field}."),
    gettext_noop("Say by which scheme {field} is numbered."),
    gettext_noop("Give {field} the scheme 0184 (CVR)."),
    gettext_noop("A Danish credit note cannot ask for less than nothing: send an invoice. {field} says {value}."),
    gettext_noop("An Italian tax number has eleven to sixteen capital letters and digits. Correct {field}; it says “{value}”."),
    gettext_noop("Italy asks for street, city and postcode: fill in {field}."),
    gettext_noop("A Swedish VAT number is SE and twelve digits. Correct {field}; it says “{value}”."),
    gettext_noop(
        "A Swedish company number has ten digits, the last of which checks the others. Correct {field}; it says “{value}”."
    ),
    gettext_noop("A Swedish seller's second tax number says GODKÄND FÖR F-SKATT, or stands not at all. It says “{value}”."),
    gettext_noop("Standard VAT in Sweden is 25, 12 or 6 %: correct {field}. It says “{value}”."),
    gettext_noop("A Swedish giro number is digits only. Correct {field}; it says “{value}”."),
    gettext_noop("A bankgiro number has seven or eight digits. Correct {field}; it says “{value}”."),
    gettext_noop("A plusgiro number has two to eight digits. Correct {field}; it says “{value}”."),
    gettext_noop("For bankgiro and plusgiro Sweden takes means of payment 30. Change {field} from “{value}”."),
    gettext_noop("Within Sweden a transfer is means of payment 30. Change {field} from 31."),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. This one has more or fewer: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The first must be the tax number of the seller or its representative: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The second must be the date of issue as day/month/year: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The third must be a whole number: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The fourth must be 1.1, 1.6, 2.1, 2.4, 5.1 or 5.2: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The fifth is empty; write 0 when there is no series: “{value}”."
    ),
    gettext_noop(
        "A Greek invoice number has six parts with | between: tax number, date, branch, type, series, number. The sixth is empty: “{value}”."
    ),
    gettext_noop("A Greek seller gives its name: fill in {field}."),
    gettext_noop("A Greek seller or buyer needs one VAT number: EL and nine digits that check themselves. Correct {field}."),
    gettext_noop("A Greek invoice carries one mark of myDATA (described as ##M.AR.K##) among its supporting documents. Add it."),
    gettext_noop("The mark of myDATA is a whole number. Correct {field}; it says “{value}”."),
    gettext_noop("On a Greek invoice the buyer has a name: fill in {field}."),
    gettext_noop("A Greek invoice has at most one web address (described as ##INVOICE|URL##). Remove the others."),
    gettext_noop("Fill in {field}, or remove the description ##INVOICE|URL##."),
    gettext_noop("A Greek electronic address is a tax number of scheme 9933. Correct {field}; it says “{value}”."),
    gettext_noop("A Greek invoice should say where it can be seen, by a supporting document described as ##INVOICE|URL##."),
    gettext_noop("An Icelandic document should be of type 380 or 381. It is of “{value}”."),
    gettext_noop("Iceland asks for a kennitala (scheme 0196): fill in {field}."),
    gettext_noop("Iceland asks for street and postcode: fill in {field}."),
    gettext_noop("An Icelandic account has twelve signs. Correct {field}; it says “{value}”."),
    gettext_noop("The final due date (eindagi) is a date, year-month-day. Correct {field}; it says “{value}”."),
    gettext_noop("Where a final due date (eindagi) is given, the due date stands too: fill in {field}."),
    gettext_noop("The final due date (eindagi) is not before the due date. Correct {field}; it says “{value}”."),
    gettext_noop("A Dutch credit note names the invoice that it corrects: fill in {field}."),
    gettext_noop("The Netherlands ask for street, city and postcode: fill in {field}."),
    gettext_noop("The Netherlands ask for a KvK number (scheme 0106) or an OIN (0190): correct {field}."),
    gettext_noop("A Dutch seller says how to pay: fill in {field}."),
    gettext_noop("“{value}” is no means of payment within the Netherlands. Choose 30, 48, 49, 57, 58 or 59."),
    gettext_noop("A line names an order line, so the document must name the order: fill in {field}."),
    gettext_noop("Between German parties {field} must be filled in."),
    gettext_noop("Between German parties the seller, or its tax representative, gives a VAT or tax number: fill in {field}."),
    gettext_noop("Type “{value}” is unusual in Germany. Choose 380, 381, 384, 389 or one of building work (875 to 877)."),
    gettext_noop("Write a cash discount on a line of its own, and end that line: #SKONTO#TAGE=14#PROZENT=2.00#"),
    gettext_noop("“{value}” is no IBAN. Correct {field}."),
    gettext_noop("Two attached files are called “{file}”. Give each a name of its own."),
    gettext_noop("This means of payment needs {field}. Fill it in."),
    gettext_noop("Between German parties one means of payment brings one account: remove {field}, or choose another code."),
    gettext_noop("A corrected invoice (384) names the invoice that it corrects: fill in {field}."),
    gettext_noop("A telephone number has at least three digits. Correct {field}; it says “{value}”."),
    gettext_noop("A mail address has one @ and a point after it. Correct {field}; it says “{value}”."),
    gettext_noop("A direct debit in Germany needs the seller's creditor identifier (scheme SEPA). Fill in {field}."),
    gettext_noop("{field} is no web address: “{value}”. Begin with https:."),
]
