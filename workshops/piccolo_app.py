"""The tables of workshops, for Piccolo's migrations."""

from piccolo.conf.apps import AppConfig

from workshops.academie.tables import Academie
from workshops.bts1.tables import Course, CoursePartner, Feeder, Intake, Mobility, Step
from workshops.builds.tables import Build
from workshops.cache.tables import Version
from workshops.catalogue.tables import Room, Workshop, WorkshopObject, WorkshopPicture
from workshops.closed_years.tables import ClosedYear, Correction, SchoolFacts, YearFigure
from workshops.companies.tables import Company
from workshops.coverage.tables import HeadCount
from workshops.events.tables import Event, EventToTell, EventWords
from workshops.imports.tables import Import
from workshops.openings.tables import Opening
from workshops.opinions.tables import Opinion
from workshops.partners.tables import Partner
from workshops.past_visits.tables import PastVisit
from workshops.programmes.tables import Declared, Target
from workshops.ptech.tables import Action, Census, Cohort, Mentor, Outcome, Scheme
from workshops.resources import carried
from workshops.school_calendar.tables import Closure
from workshops.schools.tables import DepartmentName, School
from workshops.series.tables import SlotInSeries, SlotSeries
from workshops.slots.tables import CompanyTurnout, Slot, Turnout, TurnoutBefore
from workshops.tallies.tables import Tally
from workshops.tech_objects.tables import TechObject

APP_CONFIG = AppConfig(
    app_name="workshops",
    migrations_folder_path=str(carried("workshops", "piccolo_migrations/workshops")),
    table_classes=[
        Event,
        EventWords,
        EventToTell,
        Import,
        School,
        DepartmentName,
        Academie,
        Company,
        Closure,
        TechObject,
        Room,
        Workshop,
        WorkshopObject,
        WorkshopPicture,
        Slot,
        Turnout,
        CompanyTurnout,
        TurnoutBefore,
        SlotSeries,
        SlotInSeries,
        Tally,
        HeadCount,
        PastVisit,
        Opinion,
        Build,
        Target,
        Declared,
        Scheme,
        Cohort,
        Census,
        Mentor,
        Action,
        Outcome,
        Partner,
        Opening,
        Course,
        Step,
        CoursePartner,
        Feeder,
        Intake,
        Mobility,
        ClosedYear,
        SchoolFacts,
        YearFigure,
        Correction,
        Version,
    ],
    migration_dependencies=[],
)
