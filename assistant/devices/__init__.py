"""The microphone and the loudspeaker: two streams that stay open for a whole session."""
