"""One module per headline figure; peers run beside us, in the same run, in environments of their own."""
