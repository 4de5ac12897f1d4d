"""What people read of programs: those that have a key of an organisation, and those that are told of acts."""

ACTS_OF_PROGRAMS = {
    "application_ended": "Clé d'un logiciel retirée",
    "application_made": "Clé donnée à un logiciel",
    "application_secret_added": "Nouveau secret d'un logiciel",
    "application_secret_ended": "Ancien secret d'un logiciel retiré",
    "programs_chosen": "Logiciels du collège acceptés ou refusés en son nom",
    "token_issued": "Clé de l'API créée",
    "token_revoked": "Clé de l'API révoquée",
    "webhook_made": "Abonnement d'un logiciel ajouté",
    "webhook_paused": "Abonnement d'un logiciel mis en pause",
    "webhook_relaunched": "Envoi à un logiciel relancé",
    "webhook_resumed": "Abonnement d'un logiciel repris",
    "webhook_secret_taken": "Nouveau secret d'un logiciel pris",
    "webhook_withdrawn": "Abonnement d'un logiciel retiré",
}
