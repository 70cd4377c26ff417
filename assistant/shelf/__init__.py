"""Speech models to choose from: which there are, and how to get another."""
