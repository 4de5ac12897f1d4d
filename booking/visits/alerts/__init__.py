"""« Prévenez-moi quand un créneau convient » : a search that is kept until a slot suits it, and told once."""
