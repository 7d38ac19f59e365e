"""The same rights for many client companies: preview, run in steps, put back."""
