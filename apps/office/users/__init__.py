"""The people of a company: inviting, copying, editing, ending."""
