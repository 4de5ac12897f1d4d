"""Établissements: collèges that visit and lycées that receive."""
