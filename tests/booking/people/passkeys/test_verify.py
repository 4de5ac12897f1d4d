from __future__ import annotations

import subprocess
import sys

ASKED = "import booking.app, sys; print('webauthn' in sys.modules, 'cryptography' in sys.modules)"


def test_what_reads_passkeys_waits_for_the_first_one():
    said = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert said.stdout == "False False\n"
