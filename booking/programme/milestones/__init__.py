"""Milestones as files: the proofs that come in, looked into before they are kept, and the register that leaves."""
