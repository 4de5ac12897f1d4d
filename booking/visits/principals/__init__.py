"""A collège's principal: who signs its visits, how her address is known to be hers, all its outings on one page."""
