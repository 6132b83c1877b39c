"""XZuFi: what its importer, its exporter and its checks share. See docs/formats/xzufi.md."""
