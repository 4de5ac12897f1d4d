"""Agendas to subscribe to: one's own by a secret link, a lycée's open slots by a public one."""
