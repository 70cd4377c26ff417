"""What is said and understood: data files, and the types they load into."""
