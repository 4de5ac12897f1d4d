"""What a teacher leaves at her collège: the groups and coming visits that a colleague takes over."""
