"""Who may do what with the legal form. Everybody may read it; changing it is a proposal; a deed is recorded in office."""

RECORDERS = ("coordinator", "secretary", "treasurer")
