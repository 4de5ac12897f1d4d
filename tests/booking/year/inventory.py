"""Every column that could hold words, and what becomes of them.

Under each line of /confidentialite, the columns that it speaks of: each is emptied by the night when its time comes.
Under each reason, the columns that no rule empties.
"""

from __future__ import annotations

REMARKS = "Remarques, raisons, notes du chef d'établissement, messages, mots d'invitation ou de remerciement"
NOTES = "P-TECH et BTS+1 : explication d'un écart, précisions, intitulé et lieu d'une action"
FIRST_NAMES = "Prénom sur un badge, si l'enseignant l'a choisi ; signe « pas de photo »"
PHONES = "Téléphone pour le jour de la visite, si vous le donnez : l'autre établissement le voit une semaine avant"
QUESTIONS = "Question à un lycée avant de réserver et sa réponse, lues de ces deux établissements seuls"
VISITORS = "Visiteurs d'une entreprise, si elle les nomme : prénom et nom, que seul le lycée de la visite lit"
SCANS = "Badges lus ou présences déclarées à l'accueil : numéro et heure"
NEEDS = "Besoins d'accueil du groupe : des cases cochées et une ligne, sans nom"
PHOTOS = "Photo d'un objet fabriqué, jamais d'une personne"
RESPONSIBLE = "Personne responsable d'un atelier, nommée sur sa fiche de sécurité, que tout le monde lit"
ACCOUNTS = "Compte d'un enseignant ou d'un lycée : nom, adresse professionnelle, rôle"
SIGN_UPS = "Inscription d'un enseignant que son collège n'a pas confirmée : nom, adresse, collège"
REQUESTS = "Demande d'une entreprise : SIRET, nom, commune, contact, ce qu'elle propose"
PRINCIPALS = "Chef d'établissement : nom et adresse, pour le visa"
MAILS = "Mails envoyés : adresse, nom, ce qui est arrivé"
KEYS = "Clé de l'API qui ne sert plus, et le nom que vous lui avez donné"
DEVICES = "Appareil qui vous reconnaît (clé d'accès), et le nom que vous lui avez donné"
APPLICATIONS = "Clé d'un logiciel de votre organisme qui ne sert plus : son nom, qui l'a faite"
PROGRAMS = "Logiciel que vous avez abonné : le nom que vous lui avez donné, son adresse"
DELIVERIES = "Envoi à un logiciel abonné : de quoi, quand, s'il est arrivé"
TRIES = "Essais de connexion et sessions finies : adresse IP, adresse mail, nom du navigateur"
DEMANDS = "Référence d'une demande envoyée par un autre logiciel"
ANSWERS = "Réponse donnée à un autre logiciel qui a fait quelque chose pour vous"
DRAFTS = "Formulaire que votre session n'a pas laissé partir, chiffré pour votre navigateur"
REPLIES = "Réponse de votre agenda à une invitation, et le mot joint à un refus"
DOUBTFUL = "Adresse dont nos mails reviennent, et la réponse du serveur"
DRAWS = "Demande à un tirage : créneaux, effectif et besoins cochés, dans un fichier que lit la coordination"
JOURNAL = "Journal : qui a fait quoi, quand"

ERASED = {
    FIRST_NAMES: {"badges.first_name"},
    PHONES: {"accounts.phone"},
    QUESTIONS: {"question_lines.text"},
    NEEDS: {"demands.needs", "reservations.needed", "reservations.needs"},
    DRAWS: {"demands.answer", "demands.needed", "demands.salt", "openings.file"},
    VISITORS: {"attendances.visitors"},
    SCANS: {"badges.short_code", "desk_links.token_hash", "scans.result"},
    REMARKS: {
        *("attendances.message", "attendances.reason", "builds.note", "closures.label", "college_invitations.words"),
        *("event_words.words",),
        *("mentoring_actions.reason", "reservations.reason", "reservations.visa_note", "slots.reason", "turnouts.note"),
        *("reservations.thanks", "turnouts_before.note"),
    },
    NOTES: {"bts1_courses.note", "mentoring_actions.place", "mentoring_actions.title", "ptech_censuses.note"},
    PHOTOS: {"builds.photo"},
    RESPONSIBLE: {"workshops.responsible"},
    ACCOUNTS: {"accounts.email", "accounts.name", "host_invitations.email", "host_invitations.name"},
    SIGN_UPS: {"sign_ups.email", "sign_ups.name", "sign_ups.next_path"},
    REQUESTS: {
        *("company_requests.commune", "company_requests.company_name", "company_requests.contact_name"),
        *("company_requests.email", "company_requests.proposal", "company_requests.siret"),
    },
    PRINCIPALS: {"schools.principal_mail", "schools.principal_name"},
    MAILS: {"notices.last_error", "notices.secret", "notices.to_email", "notices.to_name"},
    KEYS: {"api_tokens.label"},
    DEVICES: {"passkeys.label"},
    APPLICATIONS: {"applications.name"},
    PROGRAMS: {"webhooks.label", "webhooks.url"},
    DELIVERIES: {"webhook_deliveries.last_error"},
    REPLIES: {"replies.comment"},
    DOUBTFUL: {"doubtful_addresses.email", "doubtful_addresses.said"},
    TRIES: {"tries.at", "tries.bucket", "sessions.browser", "sign_in_links.next_path"},
    DEMANDS: {
        *("reservations.asked", "reservations.idempotency_key"),
        *("demands.asked", "demands.idempotency_key"),
    },
    ANSWERS: {"first_answers.body", "first_answers.key", "first_answers.location"},
    DRAFTS: {"drafts.sealed"},
    JOURNAL: {
        *("events.about_kind", "events.act", "events.detail"),
        *("refusal_counts.about_kind", "refusal_counts.act", "refusal_counts.detail"),
    },
}

CLASSES = "Groupe et réservation : nom de la classe, niveau, effectif, date"
PUBLISHED = "Textes publiés : atelier, objet, consortium, objectif, source, correction, dossier, contact du service"
MILESTONES = "Jalons du programme et leurs preuves : ce qui est dû, des fichiers et des liens"
REGISTERS = "Établissements et entreprises : nom, adresse, téléphone et mail des annuaires officiels"
COUNTS = "Effectifs P-TECH et BTS+1, mains levées de septembre : des nombres"

# Kept as long as the programme, and the page says so.
KEPT = {
    CLASSES: {"groups.name", "past_visits.group_label", "past_visits.reference", "turnouts.group_label"},
    PUBLISHED: {
        *(
            "declared_figures.source",
            *("hourly_rates.source", "funding_sums.source"),
            "past_visits.source",
            *("final_reports.docx", "final_reports.pdf", "final_reports.report", "final_reports.sheet"),
            "report_words.text",
            "visit_columns.heading",
            "partners.name",
            "partners.role",
            "partners.web",
            "rooms.name",
        ),
        *(
            "targets.label",
            "targets.note",
            "targets.unit",
            "year_corrections.reason",
            "tech_objects.name",
            "tech_objects.summary",
        ),
        *("workshops.access", "workshops.protective_equipment", "workshops.pupils_do", "workshops.shown_only"),
        *("workshop_pictures.alt", "workshop_pictures.name", "workshops.summary", "workshops.title"),
        *("workshops.bring", "workshops.diploma", "workshops.diploma_link"),
        *(
            "academie.college_mailbox",
            "academie.contact",
            "academie.carriers",
            "academie.coach",
            "academie.cost",
            "academie.funder",
            "academie_marks.alternative",
            "academie_marks.picture",
            "academie.operator",
            "academie.project",
            "academie.signatory",
            "academie.networks",
            "academie.trusted_domains",
        ),
    },
    MILESTONES: {
        *("milestones.measure", "milestones.reason", "milestones.risk_words", "milestones.title"),
        *("milestone_proof_files.content", "milestone_proofs.label", "milestone_proofs.link"),
    },
    REGISTERS: {
        *("imports.after", "imports.before", "companies_came.siret", "past_visits.companies"),
        *("companies.commune", "companies.name", "companies.siret", "companies.trade", "company_turnouts.name"),
        *(
            "company_turnouts.siret",
            "turnouts_before.siret",
            "schools.address",
            "schools.commune",
            "schools.mail",
            "schools.name",
        ),
        *(
            "schools.phone",
            "schools.postcode",
            "schools.coach_drop",
            "schools.signatory",
            "schools.stop",
            "schools.web",
        ),
    },
    # Names of courses, of filières, of countries and of bodies, which the counts are told by.
    COUNTS: {
        *("bts1_courses.field", "bts1_courses.language", "bts1_courses.title", "bts1_feeders.bts"),
        *("bts1_mobilities.country", "bts1_mobilities.host_name", "bts1_partners.country"),
        *("bts1_partners.name", "ptech_cohorts.label", "ptech_schemes.agreement_ref", "ptech_schemes.bts_title"),
        *("ptech_schemes.field", "ptech_schemes.title", "september_hands.section"),
    },
}

# Nobody types anything there.
NEVER_PERSONAL = {
    "a word out of a list that the database or the code holds": {
        "accounts.unwanted",
        "demands.result",
        *("demands.away", "demands.level", "shares.level"),
        *("imports.kind", "imports.made"),
        *("copies.act", "copies.way"),
        *("academie.name", "academie.neighbours", "academie.zone", "academie_marks.which"),
        *("attendances.role", "attendances.state", "attendances.withdrawn_why"),
        *("badges.kind", "bts1_mobilities.direction", "bts1_mobilities.kind", "bts1_partners.kind"),
        *(
            "bts1_steps.step",
            "questions.state",
            "question_lines.side",
            "closures.kind",
            "closures.zone",
            "groups.level",
            *("head_counts.level", "class_numbers.level"),
            *("hourly_rates.giver", "funding_sums.kind"),
            "groups.section",
            "memberships.departments",
            "memberships.role",
        ),
        *("milestones.programme", "milestones.risk", "milestones.state"),
        *("milestone_proofs.kind", "milestone_proofs.media"),
        *("mentoring_actions.kind", "mentoring_actions.state", "partners.kind"),
        *("notices.kind", "notices.reader", "notices.what", "notices.state"),
        *("applications.departments", "applications.permissions", "applications.role"),
        "application_tokens.permissions",
        *("webhooks.acts", "webhooks.paused_why", "webhook_deliveries.about_kind", "webhook_deliveries.state"),
        *("opinions.answer", "opinions.question"),
        *("notices.about_kind", "notices.entry", "events.was", "events.state", "events_to_tell.about_kind"),
        *("passkey_challenges.purpose",),
        *(
            "ptech_censuses.term",
            "ptech_outcomes.kind",
            "received.level",
            "received_at_slots.level",
            "received_before.level",
            "replies.answer",
            "reservations.state",
        ),
        *("schools.contract", "schools.kind", "schools.priority", "schools.sector", "schools.zone", "slots.levels"),
        *("slots.only_objects",),
        *("past_visits.level",),
        *("tallies.by", "tallies.key", "tallies.span"),
        *(
            "slots.only_objects",
            "slots.state",
            *("school_facts.department", "school_facts.priority", "year_corrections.becomes", "year_corrections.of"),
            *("year_corrections.programme", "year_corrections.was", "year_corrections.what"),
            *("year_figures.metric", "year_figures.programme"),
            "targets.metric",
            "targets.programme",
            "turnouts.level",
            "workshops.levels",
        ),
        "report_words.section",
        *("put_offs.subject", "workshops.offers", "workshops.state", "year_counts.what"),
    },
    "a year, a code or a source that an official file gives": {
        *("closures.source", "companies.department", "groups.school_year", "schools.department", "schools.insee"),
        *("demands.department", "demands.lycee"),
        *("academie.departments", "departments.academie", "departments.code", "departments.name"),
        *("schools.uai", "year_closings.school_year"),
    },
    "drawn or written by Technilab: numbers, kinds and chance": {
        *("demands.known", "demands.passed_over", "demands.passed_why", "demands.slots"),
        *("near_alerts.known", "near_alerts.slots"),
        "visit_columns.cell",
        "milestone_proofs.sha256",
        *("first_answers.asked", "applications.client_id"),
        *("attendances.uid", "heartbeats.name", "mentoring_actions.uid", "notices.once", "turns.job"),
        *("reservations.uid", "demands.number", "openings.places_left", "openings.seed"),
        *("events.request", "notices.request"),
        "final_reports.figures",
        *("final_reports.docx_sha256", "final_reports.pdf_sha256", "final_reports.sheet_sha256"),
    },
    "the digest of a secret, its salt, or what proves a device": {
        *("application_secrets.secret_hash", "application_tokens.token_hash"),
        *("api_tokens.token_hash", "approvals.token_hash", "badges.token_hash", "feeds.token_hash"),
        *("demands.digest", "drafts.key_hash", "openings.file_digest"),
        *("passkey_challenges.challenge_hash", "passkeys.credential_id", "passkeys.public_key"),
        *(
            "rescue_codes.code_hash",
            "schools.principal_link",
            "schools.visa_end_link",
            "outing_pages.token_hash",
            "questions.lycee_hash",
            "questions.teacher_hash",
            *("passkeys.user_handle", "second_proofs.salt", "second_proofs.sealed", "site_keys.key_print"),
            *("webhooks.salt", "webhooks.sealed"),
            "host_invitations.token_hash",
            "not_me_links.token_hash",
            "sessions.id_hash",
            "sign_in_links.token_hash",
            "sign_ups.answer_hash",
            "sign_ups.more_hashes",
            "sign_ups.token_hash",
        ),
    },
    "a company's trade out of the register, without accents": {"attendances.trade_key"},
    "why a copy failed, as the programs that make it say it: they quote no row": {"copies.failure"},
}
