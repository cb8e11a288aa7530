"""Cases in other forms: what belongs to every target is here, what to some is with them."""
