"""What is done once or a few times a school year: the file for France 2030, what was given, the September hand."""

YEARLY_ACTS = {
    "hands_counted": "Main levée de septembre notée par un lycée",
    "hosts_told": "Qui a reçu la classe, dit par le lycée",
    "rate_set": "Taux horaire des apports fixé",
    "report_declared": "Dossier France 2030 déclaré final",
    "report_written": "Texte du dossier France 2030 écrit",
    "sections_had": "Lycée qui a de nouveau des 2des professionnelles",
    "sections_none": "Lycée sans 2de professionnelle",
    "staff_said": "Personnels qu'un créneau mobilise, dits par le lycée",
    "sum_recorded": "Somme du programme saisie",
    "year_sent": "Année d'un lycée envoyée à sa direction",
    "year_closed": "Année scolaire close",
    "year_closing_begun": "Clôture d'une année commencée",
    "year_reopened": "Chiffres d'une année rouverts",
    "year_corrected": "Année close corrigée",
}
