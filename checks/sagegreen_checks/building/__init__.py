"""Rules of model building: notebooks and Studio, pretrained and distilled models."""
