"""An offline, hands-free voice guide through knee and leg self-massage."""
