"""P-TECH: from seconde professionnelle to BTS in five years, with three mentor companies for each cohort."""
