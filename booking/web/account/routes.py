"""The routes of signing in and of one's own account."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.account.agenda import give_agenda, revoke_agenda
from booking.web.account.own import choose_mail, close_others, make_key, own_account, put_on, revoke_key
from booking.web.account.own_data import erase_own_account, erasure_page, own_data
from booking.web.account.passkey_sign_in import (
    ask_any_passkey,
    ask_own_passkey,
    go_in_by_passkey,
    show_own_passkey,
)
from booking.web.account.passkeys import add_passkey, ask_new_passkey, drop_passkey
from booking.web.account.second_proof import code_page, give_code, phone_page, register_phone
from booking.web.account.sign_in import ask, door_page, go_in, leave, sign_in_page
from booking.web.account.trial import become, list_trial_accounts

ROUTES: list[ControllerRouterHandler] = [
    add_passkey,
    ask,
    ask_any_passkey,
    ask_new_passkey,
    ask_own_passkey,
    become,
    choose_mail,
    close_others,
    code_page,
    door_page,
    drop_passkey,
    erase_own_account,
    erasure_page,
    give_agenda,
    give_code,
    go_in,
    go_in_by_passkey,
    leave,
    list_trial_accounts,
    make_key,
    own_account,
    own_data,
    phone_page,
    put_on,
    register_phone,
    revoke_agenda,
    revoke_key,
    show_own_passkey,
    sign_in_page,
]
