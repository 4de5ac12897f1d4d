"""What the coordinator reads in the journal of the acts on BTS+1 courses and on the consortium."""

ACTS_OF_COURSES = {
    "course_changed": "Formation BTS+1 modifiée",
    "course_drafted": "Formation BTS+1 ajoutée",
    "course_feeder_added": "BTS d'origine ajouté à une formation",
    "course_feeder_removed": "BTS d'origine retiré d'une formation",
    "course_intake_recorded": "Effectifs d'une formation notés",
    "course_intake_removed": "Effectifs d'une formation retirés",
    "course_mobility_recorded": "Mobilité d'une formation notée",
    "course_mobility_removed": "Mobilité d'une formation retirée",
    "course_partner_added": "Partenaire ajouté à une formation",
    "course_partner_removed": "Partenaire retiré d'une formation",
    "course_removed": "Formation BTS+1 retirée",
    "course_step_recorded": "Étape d'une formation notée",
    "course_step_removed": "Étape d'une formation retirée",
    "partner_changed": "Partenaire modifié",
    "partner_removed": "Partenaire retiré du consortium",
    "partner_welcomed": "Partenaire ajouté au consortium",
}
