"""Rules about the search for hyperparameters."""
