"""Totaux: what closed visits amount to, kept as they close, so that no figure is slower for a long past."""
