"""What a platform reports every year about those who sell on it (DAC7): who, how much in each quarter, and what is missing.

Source: Council Directive (EU) 2021/514, which adds article 8ac and annex V to Directive 2011/16/EU; OECD, *Model Rules for
Reporting by Digital Platform Operators: XML Schema and User Guide for Tax Administrations* (2022, doi:10.1787/dd9c663f-en).
"""

from marke_core.dac7.missing import Lack, Missing, missing_of_operator, missing_of_seller
from marke_core.dac7.model import (
    NOTHING,
    Account,
    Activity,
    Address,
    BirthPlace,
    Document,
    DocumentType,
    Entity,
    Individual,
    Message,
    MessageType,
    Operator,
    Quarter,
    Reported,
    Seller,
    Tin,
    Year,
    residences,
)
from marke_core.dac7.records import operator_data, read_operator, read_seller, seller_data
from marke_core.dac7.writing import BadMessage, message_xml, seller_xml, whole

__all__ = [
    "NOTHING",
    "Account",
    "Activity",
    "Address",
    "BadMessage",
    "BirthPlace",
    "Document",
    "DocumentType",
    "Entity",
    "Individual",
    "Lack",
    "Message",
    "MessageType",
    "Missing",
    "Operator",
    "Quarter",
    "Reported",
    "Seller",
    "Tin",
    "Year",
    "message_xml",
    "missing_of_operator",
    "missing_of_seller",
    "operator_data",
    "read_operator",
    "read_seller",
    "residences",
    "seller_data",
    "seller_xml",
    "whole",
]
