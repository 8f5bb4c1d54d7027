"""The archive's verbs of `danvan`: one module each. They parse and print; the work is elsewhere."""
