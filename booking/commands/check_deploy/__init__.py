"""What `technilab check --deploy` looks at before strangers come: one function for each thing that could be wrong.

A module gathers the facts of one subject into a frozen Struct, and its `RULES` judge them: facts in, a Finding out or
None. A rule more is one function and its place in `RULES`; a subject more is a module that `examine.py` names.
"""
