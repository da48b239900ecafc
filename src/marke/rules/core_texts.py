"""The sentences of the floor below, for the translators: marke_core marks them but keeps no catalogue.

A test keeps this list equal to what marke_core.rulebook says.
"""

from django.utils.translation import gettext_noop

TEXTS = [
    gettext_noop("“{value}” is not a scope. Write it as “job_kind=delivery”."),
    gettext_noop("A rule cannot vary by “{value}”. Choose {options}."),
    gettext_noop("“{value}” cannot name a scope. Leave out “=” and “;”."),
    gettext_noop("on"),
    gettext_noop("off"),
    gettext_noop("none"),
    gettext_noop("“{value}” is not a whole number. Give one such as 12."),
    gettext_noop("{value} is too little. Give {least} or more."),
    gettext_noop("{value} is too much. Give {most} or less."),
    gettext_noop("“{value}” is not a percentage. Give two whole numbers, such as [12, 100] for 12 %."),
    gettext_noop("“{value}” is not a percentage. The second number must be above zero."),
    gettext_noop("{value} is too fine. Give a percentage with at most four decimals."),
    gettext_noop("{amount} is too little. Give {least_amount} or more."),
    gettext_noop("{amount} is too much. Give {most_amount} or less."),
    gettext_noop("{value} seconds is too long. Give a hundred years or less."),
    gettext_noop("{value} is too fine. Give whole seconds."),
    gettext_noop("“{value}” is not one of the choices. Choose {options}."),
    gettext_noop("“{value}” is neither on nor off. Give true or false."),
    gettext_noop("The text is empty. Write at least one sentence."),
    gettext_noop("The text has {length} characters. Shorten it to {longest} or fewer."),
    gettext_noop("“{value}” is not a short text. Leave out line ends and semicolons."),
    gettext_noop("“{value}” is not an index plus a spread. Give an “index” and a “spread”, nothing else."),
    gettext_noop("“{value}” does not say what the lowest is taken of. Give one or more of {parts}."),
    gettext_noop("“{value}” is not a table. Give a list of rows."),
    gettext_noop("The row “{value}” does not fit. Give {count} cells: {columns}."),
    gettext_noop("The table has {count} rows. Shorten it to {most} or fewer."),
    gettext_noop("The table has two rows for “{value}”. Keep one of them."),
]
