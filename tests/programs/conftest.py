"""The programs are read, never imported: some of them are test files themselves."""

collect_ignore_glob = ["*/*/*"]
