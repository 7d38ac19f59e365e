"""What was changed in a company, by whom, and putting it back."""
