"""What the programme counts itself: one row a figure, with all that the rest of the house has to know of it."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from workshops.programmes.ptech.queries import PLACES
from workshops.programmes.ptech.rules import MENTORS_WANTED

_IN_OCTOBER = "CASE WHEN term = 'october' THEN present ELSE 0 END"
_ENTERED = "CASE WHEN first THEN present ELSE entered END"
# $1 and $2 the target's days, $3 today, as each programme's totals read them: the census of an October to come counts.
_COHORTS = """
SELECT c.id, 'cohort' AS kind, s.title, c.entry_year, s.school, h.name AS school_name, h.commune,
       of.figure::int AS figure
FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme JOIN schools h ON h.id = s.school
CROSS JOIN LATERAL ({figure}) of WHERE of.figure > 0 ORDER BY h.commune, h.name, s.title, c.entry_year, c.id
"""
_CENSUSES = """
SELECT sum({counted}) AS figure FROM (
  SELECT term, present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first,
    make_date(school_year + (term = 'june')::int, CASE term WHEN 'june' THEN 6 ELSE 10 END, 1) AS of_on
  FROM ptech_censuses WHERE cohort = c.id) n
WHERE of_on BETWEEN $1::date AND $2::date AND $3::date IS NOT NULL
"""
_SCHEMES = """
SELECT s.id, 'scheme' AS kind, s.title, NULL::int AS entry_year, s.school, h.name AS school_name, h.commune, 1 AS figure
FROM ptech_schemes s JOIN schools h ON h.id = s.school
WHERE EXISTS (SELECT FROM ptech_cohorts c WHERE c.scheme = s.id
  AND make_date(c.entry_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date))
ORDER BY h.commune, h.name, s.title, s.id
"""
_COURSES = """
SELECT c.id, 'course' AS kind, c.title, NULL::int AS entry_year, c.school, h.name AS school_name, h.commune,
       of.figure::int AS figure
FROM bts1_courses c JOIN schools h ON h.id = c.school
CROSS JOIN LATERAL ({figure}) of WHERE of.figure > 0 ORDER BY h.commune, h.name, c.title, c.id
"""
_OPENED = """
SELECT (max(step_on) >= $1::date)::int AS figure FROM bts1_steps
WHERE course = c.id AND step = 'ouverte' AND NOT planned AND step_on <= least($2::date, $3::date)
"""
_INTAKES = """
SELECT sum({counted}) AS figure FROM bts1_intakes
WHERE course = c.id AND make_date(school_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date)
"""
# The figure by the days on which it grows: $1 and $2 the target's days, $3 today. What is told of a day after today is
# engaged already.
_CENSUSES_DATED = """
SELECT of_on AS on_day, sum({counted})::int AS figure FROM (
  SELECT term, present, entered, row_number() OVER (PARTITION BY cohort ORDER BY school_year, term DESC) = 1 AS first,
    make_date(school_year + (term = 'june')::int, CASE term WHEN 'june' THEN 6 ELSE 10 END, 1) AS of_on
  FROM ptech_censuses) n
WHERE of_on BETWEEN $1::date AND $2::date AND $3::date IS NOT NULL GROUP BY of_on HAVING sum({counted}) > 0
"""
_SCHEMES_DATED = """
SELECT on_day, count(*)::int AS figure FROM (
  SELECT min(make_date(entry_year, 9, 1)) AS on_day FROM ptech_cohorts
  WHERE make_date(entry_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date) GROUP BY scheme
  UNION ALL
  SELECT greatest(s.opens_on, $3::date + 1) FROM ptech_schemes s
  WHERE s.opens_on <= $2::date AND (s.closed_on IS NULL OR s.closed_on > $3::date) AND $3::date < $2::date
    AND NOT EXISTS (SELECT FROM ptech_cohorts c WHERE c.scheme = s.id AND make_date(c.entry_year, 9, 1) <= $3::date)
) begun GROUP BY on_day
"""
# The place that a company takes is one more only where more of them are there than ever before in the period.
_PLACES_DATED = f"""
SELECT on_day, sum(held - before)::int AS figure FROM (
  SELECT on_day, held, coalesce(max(held) OVER (PARTITION BY cohort ORDER BY on_day
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM (
    SELECT a.cohort, a.on_day, least({MENTORS_WANTED}, count(DISTINCT o.company)) AS held
    FROM (SELECT DISTINCT cohort, greatest(from_on, $1::date) AS on_day FROM ptech_mentors
          WHERE from_on <= $2::date AND (to_on IS NULL OR to_on >= $1::date) AND $3::date IS NOT NULL) a
    JOIN ptech_mentors o ON o.cohort = a.cohort AND a.on_day BETWEEN o.from_on AND coalesce(o.to_on, a.on_day)
    GROUP BY a.cohort, a.on_day
  ) arrivals
) places WHERE held > before GROUP BY on_day
"""  # noqa: S608 - constants only
_OPENED_DATED = """
SELECT on_day, count(*)::int AS figure FROM (
  SELECT step_on AS on_day FROM bts1_steps
  WHERE step = 'ouverte' AND NOT planned AND step_on BETWEEN $1::date AND least($2::date, $3::date)
  UNION ALL
  SELECT greatest(p.step_on, $3::date + 1) FROM bts1_steps p
  WHERE p.step = 'ouverte' AND p.planned AND p.step_on BETWEEN $3::date AND $2::date AND $3::date < $2::date
    AND NOT EXISTS (SELECT FROM bts1_steps s WHERE s.course = p.course AND s.step = 'suspendue' AND NOT s.planned
                      AND s.step_on <= $3::date)
) opened GROUP BY on_day
"""
_INTAKES_DATED = """
SELECT make_date(school_year, 9, 1) AS on_day, sum({counted})::int AS figure FROM bts1_intakes
WHERE make_date(school_year, 9, 1) BETWEEN $1::date AND $2::date AND {counted} > 0 AND $3::date IS NOT NULL
GROUP BY on_day
"""


class Metric(Struct, frozen=True):
    """A figure that may have a target: the words to start from, its source, and how it comes about.

    `done` and `planned` (in preparation) name fields of its programme's totals; without `done` it is counted from the
    visits. `behind` lists the lines that add up to it, `dated` the days on which it grows. `carried`: the cohorts that
    run bring it again each October. `told_after`: it is told some time after the day that it is counted for. `people`:
    it counts them, so that a small figure would point at somebody. `beside` is the field of another unit that stands
    beside it everywhere, `one` and `several` its words; with a `beside_rule` it stands against the same target. Of the
    metrics that count one `thing`, one target is official.
    """

    programme: str
    metric: str
    label: str
    unit: str
    rule: str
    source: str
    done: str = ""
    planned: str = ""
    behind: str = ""
    dated: str = ""
    carried: bool = False
    told_after: timedelta = timedelta()
    people: bool = True
    thing: str = ""
    beside: str = ""
    one: str = ""
    several: str = ""
    beside_rule: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """As a target names it."""
        return self.programme, self.metric


VISITORS = Metric(
    programme="technilab",
    metric="pupils",
    label="Collégiens accueillis",
    unit="élèves",
    rule="Élèves présents, comptés une fois par visite, d'après le nombre validé par le lycée à la clôture.",
    source="Effectifs des visites closes.",
)
METRICS = (
    VISITORS,
    Metric(
        programme="ptech",
        metric="schemes",
        label="Dispositifs P-TECH",
        unit="dispositifs",
        rule="Dispositifs qui ont au moins une cohorte.",
        source="Dispositifs P-TECH et leurs cohortes, tenus par les lycées.",
        done="schemes",
        planned="planned_schemes",
        behind=_SCHEMES,
        dated=_SCHEMES_DATED,
        people=False,
    ),
    Metric(
        programme="ptech",
        metric="pupils",
        label="Lycéens en parcours P-TECH",
        unit="lycéens",
        rule="Lycéens présents au recensement d'octobre, comptés une fois par année scolaire.",
        source="Recensements d'octobre des cohortes P-TECH : élèves-années.",
        done="pupil_years",
        behind=_COHORTS.format(figure=_CENSUSES.format(counted=_IN_OCTOBER)),
        dated=_CENSUSES_DATED.format(counted=_IN_OCTOBER),
        carried=True,
        told_after=timedelta(days=61),
        thing="lyceens",
    ),
    Metric(
        programme="ptech",
        metric="entrants",
        label="Lycéens entrés en P-TECH",
        unit="entrants",
        rule="Lycéens du premier recensement d'octobre de leur cohorte, plus les entrées tardives ; comptés une seule"
        " fois.",
        source="Premier recensement de chaque cohorte P-TECH, et entrées tardives des suivants.",
        done="entrants",
        behind=_COHORTS.format(figure=_CENSUSES.format(counted=_ENTERED)),
        dated=_CENSUSES_DATED.format(counted=_ENTERED),
        told_after=timedelta(days=61),
        thing="lyceens",
    ),
    Metric(
        programme="ptech",
        metric="companies",
        label="Entreprises mentores P-TECH",
        unit="places d'entreprise",
        rule="Trois places d'entreprise mentore par cohorte ; une place prise compte une fois, même si une entreprise y"
        " en remplace une autre.",
        source="Entreprises mentores des cohortes P-TECH, avec leurs dates.",
        done="companies",
        behind=_COHORTS.format(figure=PLACES),
        dated=_PLACES_DATED,
        people=False,
        beside="firms",
        one="entreprise différente",
        several="entreprises différentes",
    ),
    Metric(
        programme="bts1",
        metric="courses",
        label="Formations BTS+1 ouvertes",
        unit="formations",
        rule="Formations de niveau bachelor, comptées à leur première rentrée.",
        source="Étapes datées des formations BTS+1, tenues par les lycées.",
        done="opened",
        planned="in_preparation",
        behind=_COURSES.format(figure=_OPENED),
        dated=_OPENED_DATED,
        people=False,
        beside="accompanied",
        one="formation accompagnée",
        several="formations accompagnées",
        beside_rule="Accompagnées : celles dont le montage ou une étape suivante est franchi, sauf si elles se sont"
        " arrêtées avant d'ouvrir.",
    ),
    Metric(
        programme="bts1",
        metric="enrolled",
        label="Étudiants en BTS+1",
        unit="étudiants",
        rule="Inscrits de chaque rentrée, par année scolaire.",
        source="Rentrées des formations BTS+1.",
        done="enrolled",
        behind=_COURSES.format(figure=_INTAKES.format(counted="enrolled")),
        dated=_INTAKES_DATED.format(counted="enrolled"),
        told_after=timedelta(days=61),
    ),
    Metric(
        programme="bts1",
        metric="completed",
        label="Diplômés du BTS+1",
        unit="diplômés",
        rule="Étudiants qui ont validé leur année de BTS+1.",
        source="Rentrées des formations BTS+1.",
        done="completed",
        behind=_COURSES.format(figure=_INTAKES.format(counted="completed")),
        dated=_INTAKES_DATED.format(counted="completed"),
        told_after=timedelta(days=365),
    ),
)
COUNTED = VISITORS.key
_BY_KEY = {one.key: one for one in METRICS}


def metric_of(programme: str, metric: str) -> Metric | None:
    """What a target counts, or None where its figure is typed by hand."""
    return _BY_KEY.get((programme, metric))


def other_units(programme: str, metric: str) -> list[str]:
    """The other ways to count what this target counts: P-TECH's lycéens by school year or by entry."""
    asked = metric_of(programme, metric)
    if asked is None or not asked.thing:
        return []
    return [one.metric for one in METRICS if one.thing == asked.thing and one is not asked]
