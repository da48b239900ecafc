"""Sectors: the registry of packs, and a co-op's own words. A pack is mostly data; see `registry.Pack`."""
