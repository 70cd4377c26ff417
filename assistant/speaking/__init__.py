"""From lines to loudspeaker samples."""
