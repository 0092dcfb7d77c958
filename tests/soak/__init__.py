"""Everything at once for long, with faults: nothing is lost or done twice, and nothing grows."""
