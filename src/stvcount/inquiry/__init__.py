"""What people ask of a count: why, where a paper went, what other rules give, which papers."""
