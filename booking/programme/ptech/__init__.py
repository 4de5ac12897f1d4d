"""P-TECH as lycées, companies and coordinators fill it: acts told to the journal, actions told to agendas."""
