"""The member's page about the tax office, and the treasurer's."""
