"""How what is said is drawn: templates, assets, maps, drawings, QR codes, spreadsheets."""
