"""What ACME asks of code that drives SageMaker."""
