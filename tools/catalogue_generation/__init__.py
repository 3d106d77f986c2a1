"""Reads released SDK sources and the AWS service models; writes the signature catalogues of sagegreen."""
