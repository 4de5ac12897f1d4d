"""technilab read-replies, as a person or a timer runs it."""

from __future__ import annotations

from pathlib import Path

from tests.booking.calendar.replies.mails import by_google
from tests.command_line import technilab
from tests.imap import post_box


def test_a_folder_is_read_and_counted_then_empty(home: Path, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(by_google())
    (tmp_path / "2.eml").write_bytes(b"\xff")
    said = technilab("read-replies", "--folder", str(tmp_path), home=home)
    assert (said.stdout, said.stderr) == (
        "2 mails lus : 0 présence, 0 présence incertaine, 0 absence, 2 mails ignorés.\n",
        "",
    )
    again = technilab("read-replies", home=home, DEMO="1", REPLIES_DIR=str(tmp_path))
    assert again.stdout == "0 mail lu : 0 présence, 0 présence incertaine, 0 absence, 0 mail ignoré.\n"


def test_a_mailbox_is_read(home: Path, tmp_path: Path) -> None:
    with post_box(tmp_path) as box:
        box.put(by_google())
        said = technilab("read-replies", home=home, DEMO="1", IMAP_URL=box.url)
    assert said.stdout == "1 mail lu : 0 présence, 0 présence incertaine, 0 absence, 1 mail ignoré.\n"


def test_a_missing_folder_a_shut_mailbox_and_no_place_at_all_are_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    said = technilab("read-replies", "--folder", str(absent), home=home)
    assert (said.returncode, said.stderr) == (2, f"Le fichier {absent} n'existe pas.\n")
    said = technilab("read-replies", home=home, DEMO="1", IMAP_URL="imap://a:b@127.0.0.1:1/?starttls=never")
    assert (said.returncode, said.stderr.startswith("La boîte des réponses ne s'ouvre pas : ")) == (2, True)
    said = technilab("read-replies", home=home, DEMO="1")
    assert (said.returncode, said.stderr) == (
        2,
        "Dites où lire les réponses : --folder DOSSIER, ou IMAP_URL (ou REPLIES_DIR) dans l'environnement.\n",
    )
