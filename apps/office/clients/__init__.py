"""The client companies of an accounting office, and what needs attention in each."""
