"""Measurements: ratios against bare limits in the same run."""
