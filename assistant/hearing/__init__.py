"""From microphone samples to words."""
