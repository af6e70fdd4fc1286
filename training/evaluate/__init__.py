"""Measures the built-in models: against the truth, against the teacher, for faults, and what they cost."""
