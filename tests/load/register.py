"""As many schools and companies as a bench wants, invented."""

# $1 lycées and $2 collèges, spread over $3 départements, which lie ten in a row, each some 80 km wide.
SCHOOLS = """
INSERT INTO schools (uai, kind, name, address, postcode, commune, department, lat, lon, zone)
SELECT lpad((n + CASE kind WHEN 'lycee' THEN 9000000 ELSE 1000000 END)::text, 7, '0') || 'A', kind,
       initcap(kind) || ' ' || n, '1 rue', '25000', 'Ville ' || n,
       lpad((1 + at)::text, 2, '0'), 43 + at / 10 * 0.8 + n % 9 * 0.08, -1 + at % 10 + n / 9 % 9 * 0.11, 'A'
FROM (VALUES ('lycee', $1::int), ('college', $2::int)) k (kind, many), generate_series(1, many) n
CROSS JOIN LATERAL (SELECT (n - 1) * $3::int / many AS at) department
"""
FIRMS = """
INSERT INTO companies (siret, name, trade, commune, department)
SELECT lpad(n::text, 14, '0'), 'Entreprise ' || n, 'Usinage', 'Ville', '25' FROM generate_series(0, $1::int - 1) n
"""
