"""Pages of lycées: what they offer, who comes."""
