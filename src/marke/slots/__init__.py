"""Places in time: shifts and who is on them, hours that were worked, rooms and vans that are reserved."""
