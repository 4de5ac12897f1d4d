"""The routes of the coordinator's pages."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.office import accounts, board, companies, imports, journal, messages, objects, schools, slots, targets

ROUTES: list[ControllerRouterHandler] = [
    accounts.close_account,
    accounts.invite_page,
    accounts.invite_someone,
    accounts.list_accounts,
    accounts.open_account,
    board.board,
    board.board_csv,
    companies.add_company,
    companies.change_company,
    companies.list_companies,
    companies.new_company,
    companies.one_company,
    imports.imports_page,
    imports.read_directory,
    imports.read_holidays,
    imports.store_directory,
    imports.store_holidays,
    journal.read_journal,
    messages.list_messages,
    messages.send_again,
    objects.add_object,
    objects.change_object,
    objects.list_objects,
    objects.new_object,
    objects.one_object,
    schools.one_school,
    schools.search_schools,
    slots.one_slot,
    slots.reopen_visit,
    targets.list_targets,
    targets.one_target,
    targets.set_target,
]
