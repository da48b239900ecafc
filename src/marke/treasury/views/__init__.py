"""The treasurer's pages: the month, VAT, the figures for the accountant, the folder for whoever comes after."""
