"""What was adopted, drawn up and set stays as it was recorded, in the database itself."""

from marke.common.db.triggers import append_only

_NUMBER = "o.coop_id = NEW.coop_id AND o.number = NEW.number"
REFUSALS = [
    *append_only("statutes_adoption", "an_adoption", _NUMBER),
    *append_only("statutes_deed", "a_deed", "o.adoption_id = NEW.adoption_id"),
    *append_only("statutes_ownfigure", "an_own_figure", _NUMBER),
]
