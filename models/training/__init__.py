"""Builds the command model: corpus, features, network, training, export and scoring."""
