"""All that is held about one person, for herself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workshops.database import row, rows
from workshops.events.record import record
from workshops.refusals import or_not_found

ACCOUNT = """
SELECT email AS adresse, name AS nom, created_at AS cree_le, last_seen_at AS derniere_connexion,
  weekly_mail AS mail_du_lundi, daily_mail AS une_lettre_par_jour, phone AS telephone_du_jour,
  phone_at AS telephone_donne_le, unwanted AS rappels_refuses, warned_at AS prevenu_de_l_effacement_le,
  (SELECT since FROM second_proofs p WHERE p.account = a.id) AS telephone_enregistre_le
FROM accounts a WHERE id = $1 AND erased_at IS NULL
"""
# Each part of the file and what it is read from; nobody else's name is in them.
PARTS = {
    "roles": """
SELECT m.role, s.uai, s.name AS etablissement, c.siret, c.name AS entreprise, m.departments AS departements,
  p.name AS partenaire, m.created_at AS depuis,
  m.awaiting AS attend_le_college, m.no_programs AS refuse_les_logiciels
FROM memberships m LEFT JOIN schools s ON s.id = m.school LEFT JOIN companies c ON c.id = m.company
LEFT JOIN partners p ON p.id = m.partner WHERE m.account = $1 ORDER BY m.id""",
    "inscriptions": """
SELECT s.uai, s.name AS college, u.name AS nom_ecrit, u.asked_at AS demandee_le, u.proved_at AS adresse_verifiee_le
FROM sign_ups u JOIN schools s ON s.id = u.school JOIN accounts a ON a.email = u.email WHERE a.id = $1 ORDER BY u.id""",
    "demandes_d_entreprise": """
SELECT q.siret, q.company_name AS entreprise, q.commune, q.contact_name AS nom_ecrit, q.proposal AS proposition,
  q.asked_at AS demandee_le
FROM company_requests q JOIN accounts a ON a.email = q.email WHERE a.id = $1 ORDER BY q.id""",
    "sessions": """
SELECT browser AS navigateur, created_at AS ouverte_le, seen_at AS vue_le, expires_at AS fin
FROM sessions WHERE account = $1 ORDER BY id""",
    "cles_d_acces": """
SELECT label AS appareil, created_at AS ajoutee_le, used_at AS servie_le
FROM passkeys WHERE account = $1 ORDER BY id""",
    "cles": """
SELECT label AS usage, created_at AS creee_le, expires_at AS fin, writes AS agit, used_at AS servie_le,
  revoked_at AS revoquee_le
FROM api_tokens WHERE account = $1 ORDER BY id""",
    "logiciels": """
SELECT name AS nom, role, permissions AS droits, writes AS agit, made_at AS cree_le, ended_at AS fin
FROM applications WHERE made_by = $1 ORDER BY id""",
    "logiciels_abonnes": """
SELECT w.label AS nom, w.url AS adresse, w.acts AS actes, w.created_at AS abonne_le, w.paused_at AS en_pause_depuis
FROM webhooks w JOIN memberships m ON m.id = w.membership WHERE m.account = $1 ORDER BY w.id""",
    "agendas": """
SELECT f.created_at AS cree_le, f.revoked_at AS revoque_le
FROM feeds f JOIN memberships m ON m.id = f.membership WHERE m.account = $1 ORDER BY f.id""",
    "groupes": """
SELECT name AS nom, level AS niveau, section, pupils AS eleves, ulis AS dont_ulis, school_year AS annee
FROM groups WHERE teacher = $1 ORDER BY id""",
    "alertes": """
SELECT l.level AS niveau, l.pupils AS eleves, l.km, l.from_on AS du, l.to_on AS au, l.asked_at AS demandee_le,
  l.ends_at AS fin, l.met_at AS prevenu_le
FROM demands l JOIN memberships m ON m.id = l.membership WHERE l.tells AND m.account = $1 ORDER BY l.id""",
    "alertes_d_entreprise": """
SELECT c.name AS entreprise, n.km, n.asked_at AS demandee_le
FROM near_alerts n JOIN companies c ON c.id = n.company WHERE n.asked_by = $1 ORDER BY n.id""",
    "demandes": """
SELECT g.name AS groupe, d.lines AS choix, d.pupils AS eleves, d.adults AS accompagnateurs, d.asked_at AS faite_le,
  d.number AS numero_au_tirage, d.rank AS rang_au_tirage
FROM demands d LEFT JOIN groups g ON g.id = d."group" WHERE NOT d.tells AND d.asked_by = $1 ORDER BY d.id""",
    "creneaux_envoyes": """
SELECT s.starts_at AS creneau, x.shared_at AS envoye_le, m.account IS NOT DISTINCT FROM $1 AS par_vous
FROM shares x JOIN slots s ON s.id = x.slot JOIN memberships m ON m.id = x.by_member
JOIN memberships t ON t.id = x.to_member WHERE m.account = $1 OR t.account = $1 ORDER BY x.id""",
    "reservations": """
SELECT g.name AS groupe, r.state AS etat, r.starts_at AS debut, r.ends_at AS fin, r.pupils AS eleves,
  r.adults AS accompagnateurs, r.reason AS raison, r.thanks AS mot_de_remerciement,
  r.created_at AS faite_le
FROM reservations r JOIN groups g ON g.id = r."group" WHERE r.booked_by = $1 ORDER BY r.id""",
    "questions": """
SELECT h.name AS lycee, c.name AS college, n.side = 'lycee' AS reponse, n.text AS mots, n.wished_on AS date_souhaitee,
  p.starts_at AS creneau_propose, n.at AS ecrite_le
FROM question_lines n JOIN questions q ON q.id = n.question JOIN schools h ON h.id = q.lycee
JOIN schools c ON c.id = q.college LEFT JOIN slots p ON p.id = n.slot LEFT JOIN LATERAL (
  SELECT e.by FROM events e WHERE e.about_kind = 'question' AND e.about = q.id AND e.at = n.at ORDER BY e.id LIMIT 1
) wrote ON true
WHERE coalesce(wrote.by, CASE n.side WHEN 'teacher' THEN q.asked_by END) = $1 ORDER BY n.id""",
    "points_remis": """
SELECT subject AS sujet, until_on AS jusqu_au, put_off_at AS remis_le FROM put_offs WHERE put_off_by = $1
ORDER BY id""",
    "venues": """
SELECT c.name AS entreprise, a.state AS etat, s.starts_at AS debut, a.people AS personnes, a.role, a.message,
  a.created_at AS annoncee_le
FROM attendances a JOIN companies c ON c.id = a.company JOIN slots s ON s.id = a.slot
WHERE a.announced_by = $1 ORDER BY a.id""",
    "reponses_d_agenda": """
SELECT answer AS reponse, comment AS commentaire, answered_at AS repondu_le FROM replies WHERE account = $1
ORDER BY id""",
    "adresse_douteuse": """
SELECT d.since AS depuis, d.said AS reponse_du_serveur FROM doubtful_addresses d JOIN accounts a ON a.email = d.email
WHERE a.id = $1""",
    "mails": """
SELECT n.kind AS sorte, n.what AS precision, n.state AS etat, n.created_at AS ecrit_le, n.sent_at AS parti_le
FROM notices n JOIN accounts a ON a.email = n.to_email WHERE a.id = $1 ORDER BY n.id""",
    "journal": """
SELECT j.act AS acte, j.about_kind AS sujet, j.about AS numero, coalesce(w.words, j.detail) AS detail, j.at AS le,
  j.by IS NOT DISTINCT FROM $1 AS par_vous
FROM events j LEFT JOIN event_words w ON w.event = j.id
WHERE j.by = $1 OR (j.about_kind = 'account' AND j.about = $1) ORDER BY j.id""",
    "refus": """
SELECT act AS acte, about_kind AS sujet, detail, often AS nombre, at AS du, until AS au
FROM refusal_counts WHERE account = $1 ORDER BY id""",
    "essais_de_connexion": """
SELECT split_part(t.bucket, ':', 1) AS pour, one AS le FROM tries t JOIN accounts a ON a.id = $1, unnest(t.at) AS one
WHERE right(t.bucket, length(a.email) + 1) = ':' || a.email ORDER BY one, t.id""",
    "liens_d_accueil": """
SELECT s.starts_at AS visite, l.created_at AS donne_le, l.revoked_at AS revoque_le
FROM desk_links l JOIN slots s ON s.id = l.slot WHERE l.made_by = $1 ORDER BY l.id""",
    "invitations_de_colleges": """
SELECT s.name AS college, s.commune, i.words AS mots, i.invited_at AS ecrite_le
FROM college_invitations i JOIN schools s ON s.id = i.school WHERE i.invited_by = $1 ORDER BY i.id""",
    "responsable_d_ateliers": """
SELECT w.title AS atelier, s.name AS lycee, w.responsible AS nom_ecrit
FROM workshops w JOIN schools s ON s.id = w.school JOIN accounts a ON a.id = $1
WHERE lower(w.responsible) = lower(a.name) ORDER BY w.id""",
    "chef_d_etablissement": """
SELECT s.name AS college, s.principal_name AS nom_ecrit, s.principal_mail AS adresse
FROM schools s JOIN accounts a ON a.email = s.principal_mail WHERE a.id = $1 ORDER BY s.id""",
    "pointages": """
SELECT s.starts_at AS visite, count(*)::int AS nombre FROM scans c JOIN slots s ON s.id = c.slot
WHERE c.scanned_by = $1 GROUP BY s.id ORDER BY s.starts_at, s.id""",
}


async def export_account(account: int, *, now: datetime) -> dict[str, Any]:
    """Everything that Technilab holds about this person, part by part. Raises NotFound."""
    known = or_not_found(await row(ACCOUNT, account))
    told: dict[str, Any] = {"compte": dict(known)}
    for part, asked in PARTS.items():
        told[part] = [dict(one) for one in await rows(asked, account)]
    await record("account_exported", by=account, about_kind="account", about=account, now=now)
    return told
