"""What the mails say: each kind reads its facts again when it leaves, so that no mail tells an old truth."""
