"""What examples teach about a new sentence."""
