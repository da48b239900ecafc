"""The pages of work: members', coordinators', clients'."""
