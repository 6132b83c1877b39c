"""The sample state: data files that the importers read; README.md says where they come from."""
