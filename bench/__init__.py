"""Benches: danvan measured beside what else there is, on pages and machines named with each figure."""
