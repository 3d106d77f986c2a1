"""The rules that come with sagegreen: one module each, in a folder per phase of the lifecycle."""
