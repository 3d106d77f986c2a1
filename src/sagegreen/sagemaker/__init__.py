"""The vocabulary of Amazon SageMaker: resources, settings, dialects, SDK signatures, instance types, Regions."""
