"""What makes a certificate hold up: keys, the seal of an award, the token in the printed code. Decision 0042."""
