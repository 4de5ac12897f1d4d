"""Fabrications: what each group built."""
