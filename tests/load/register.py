"""As many schools and companies as a bench wants, invented."""

# $1 lycées and $2 collèges, spread over 95 départements.
SCHOOLS = """
INSERT INTO schools (uai, kind, name, address, postcode, commune, department, lat, lon, zone)
SELECT lpad((n + CASE kind WHEN 'lycee' THEN 9000000 ELSE 1000000 END)::text, 7, '0') || 'A', kind,
       initcap(kind) || ' ' || n, '1 rue', '25000', 'Ville ' || n,
       lpad((1 + n * 95 / many)::text, 2, '0'), 47 + n % 10 * 0.1, 6, 'A'
FROM (VALUES ('lycee', $1::int), ('college', $2::int)) k (kind, many), generate_series(1, many) n
"""
FIRMS = """
INSERT INTO companies (siret, name, trade, commune, department)
SELECT lpad(n::text, 14, '0'), 'Entreprise ' || n, 'Usinage', 'Ville', '25' FROM generate_series(0, $1::int - 1) n
"""
