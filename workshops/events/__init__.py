"""What was done, said once: append-only, without any pupil; the journal, the mails and the webhooks read it."""
