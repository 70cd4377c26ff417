"""A small language model that reads typed sentences for warning signs."""
