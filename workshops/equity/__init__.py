"""Who the programme reaches: girls and boys, priority education, the country, the distance, the collèges left out."""
