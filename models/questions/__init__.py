"""What example questions teach about the answer to a new one."""
